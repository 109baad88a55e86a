using System.IO.Pipelines;
using System.Runtime.CompilerServices;
using Grpc.Core;
using Grpc.Core.Wire;

namespace Grpc.AspNetCore.Server.Calls;

/// <summary>Cuts a request body into messages, where they lie: the marshaller reads the transport's own memory.</summary>
internal static class RequestPipe
{
    /// <summary>The next message; null at the end of the body.</summary>
    [AsyncMethodBuilder(typeof(PoolingAsyncValueTaskMethodBuilder<>))]
    public static async ValueTask<T?> ReadAsync<T>(PipeReader pipe, Marshaller<T> marshaller, string? encoding, int? limit, CancellationToken cancellationToken)
        where T : class
    {
        while (true)
        {
            var result = await pipe.ReadAsync(cancellationToken);
            var buffer = result.Buffer;
            var (consumed, examined) = (buffer.Start, buffer.End);
            try
            {
                if (MessagePrefix.TryRead(buffer, encoding, limit, out var prefix) && buffer.Length - MessagePrefix.Size >= prefix.Length)
                {
                    var payload = buffer.Slice(MessagePrefix.Size, prefix.Length);
                    consumed = examined = payload.End;
                    return MessageReader.Read(payload, prefix.Compressed, limit, marshaller);
                }

                if (result.IsCompleted)
                {
                    consumed = examined;
                    return buffer.IsEmpty ? null : throw Malformed("The request ends within a message.");
                }
            }
            finally
            {
                pipe.AdvanceTo(consumed, examined);
            }
        }
    }

    /// <summary>The one message of a body that has exactly one, up to its end.</summary>
    [AsyncMethodBuilder(typeof(PoolingAsyncValueTaskMethodBuilder<>))]
    public static async ValueTask<T> ReadSingleAsync<T>(PipeReader pipe, Marshaller<T> marshaller, string? encoding, int? limit, CancellationToken cancellationToken)
        where T : class
    {
        var message = await ReadAsync(pipe, marshaller, encoding, limit, cancellationToken) ?? throw Malformed("The request has no message.");
        var rest = await pipe.ReadAsync(cancellationToken);
        var isEnd = rest.IsCompleted && rest.Buffer.IsEmpty;
        pipe.AdvanceTo(rest.Buffer.End);
        return isEnd ? message : throw Malformed("The request has more than one message.");
    }

    private static RpcException Malformed(string detail) => new(new Status(StatusCode.Internal, detail));
}
