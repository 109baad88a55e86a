using System.IO.Pipelines;
using System.Runtime.CompilerServices;
using Grpc.Core;
using Grpc.Core.Wire;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Http.Features;
using Microsoft.AspNetCore.Server.Kestrel.Core.Features;

namespace Grpc.AspNetCore.Server.Calls;

/// <summary>Cuts a request body into messages, where they lie: the marshaller reads the transport's own memory.</summary>
internal static class RequestPipe
{
    /// <summary>Lets a stream of requests last: limits of a whole body and its pace do not fit it.</summary>
    public static void AllowLong(HttpContext http)
    {
        if (http.Features.Get<IHttpMaxRequestBodySizeFeature>() is { IsReadOnly: false } size)
        {
            size.MaxRequestBodySize = null;
        }

        if (http.Features.Get<IHttpMinRequestBodyDataRateFeature>() is { } rate)
        {
            rate.MinDataRate = null;
        }
    }

    /// <summary>The next message; null at the end of the body.</summary>
    /// <exception cref="ClientGoneException">The client left meanwhile.</exception>
    /// <exception cref="OperationCanceledException">The call ended meanwhile.</exception>
    [AsyncMethodBuilder(typeof(PoolingAsyncValueTaskMethodBuilder<>))]
    public static async ValueTask<T?> ReadAsync<T>(PipeReader pipe, Marshaller<T> marshaller, string? encoding, int? limit, CancellationToken cancellationToken)
        where T : class
    {
        try
        {
            while (true)
            {
                var result = await pipe.ReadAsync(cancellationToken);
                if (TryCut(pipe, result, marshaller, encoding, limit, out var message))
                {
                    return message;
                }

                if (result.IsCanceled)
                {
                    throw new OperationCanceledException("The call has ended.", cancellationToken);
                }
            }
        }
        catch (IOException e) when (IsLeaving(e))
        {
            throw new ClientGoneException(e, cancellationToken);
        }
    }

    /// <summary>The one message of a body that has exactly one, up to its end.</summary>
    /// <exception cref="ClientGoneException">The client left meanwhile.</exception>
    /// <exception cref="OperationCanceledException">The call ended meanwhile.</exception>
    [AsyncMethodBuilder(typeof(PoolingAsyncValueTaskMethodBuilder<>))]
    public static async ValueTask<T> ReadSingleAsync<T>(PipeReader pipe, Marshaller<T> marshaller, string? encoding, int? limit, CancellationToken cancellationToken)
        where T : class
    {
        var message = await ReadAsync(pipe, marshaller, encoding, limit, cancellationToken) ?? throw Malformed("The request has no message.");
        try
        {
            var rest = await pipe.ReadAsync(cancellationToken);
            var isEnd = rest.IsCompleted && rest.Buffer.IsEmpty;
            pipe.AdvanceTo(rest.Buffer.End);
            if (rest.IsCanceled)
            {
                throw new OperationCanceledException("The call has ended.", cancellationToken);
            }

            return isEnd ? message : throw Malformed("The request has more than one message.");
        }
        catch (IOException e) when (IsLeaving(e))
        {
            throw new ClientGoneException(e, cancellationToken);
        }
    }

    /// <summary>Takes a message off the front; false if more of it must come. At the end of the body there is none, and that is the answer.</summary>
    private static bool TryCut<T>(PipeReader pipe, ReadResult result, Marshaller<T> marshaller, string? encoding, int? limit, out T? message)
        where T : class
    {
        var buffer = result.Buffer;
        var (consumed, examined) = (buffer.Start, buffer.End);
        message = null;
        try
        {
            if (MessagePrefix.TryRead(buffer, encoding, limit, out var prefix) && buffer.Length - MessagePrefix.Size >= prefix.Length)
            {
                var payload = buffer.Slice(MessagePrefix.Size, prefix.Length);
                consumed = examined = payload.End;
                message = MessageReader.Read(payload, prefix.Compressed, limit, marshaller);
                return true;
            }

            if (!result.IsCompleted)
            {
                return false;
            }

            consumed = examined;
            return buffer.IsEmpty ? true : throw Malformed("The request ends within a message.");
        }
        finally
        {
            pipe.AdvanceTo(consumed, examined);
        }
    }

    /// <summary>Whether the transport has lost the client. It says so from any method of the pipe; a request that is malformed is another matter.</summary>
    private static bool IsLeaving(IOException failure) => failure is not BadHttpRequestException;

    private static RpcException Malformed(string detail) => new(new Status(StatusCode.Internal, detail));
}
