using System.Security.Cryptography.X509Certificates;
using Exchange.Identity;
using Exchange.Node.Identity;
using Exchange.V1;
using Exchange.Vocabulary;
using Grpc.Core;
using Grpc.Net.Client;

namespace Exchange.Node.Providers;

/// <summary>
/// The connections to one provider: mutual TLS, the provider's own SPIFFE id on the other side, a limit on calls at the same time so that
/// its systems are not flooded. Two handlers, since one connection carries a hundred streams at most and one receive loop.
/// </summary>
internal sealed class ProviderConnections : IDisposable
{
    private const int Handlers = 2;

    /// <summary>What both gRPC runtimes say when an answer is longer than <c>MaxReceiveMessageSize</c>; a provider's own words are others.</summary>
    private const string OwnLimit = "Received message exceeds the maximum configured message size.";

    private static readonly TimeSpan ConnectTimeout = TimeSpan.FromSeconds(3);

    private readonly GrpcChannel[] _channels;
    private readonly CallInvoker[] _invokers;
    private readonly SemaphoreSlim _places;
    private readonly Member _provider;
    private uint _next;

    internal ProviderConnections(Member provider, X509Certificate2 nodeCertificate, int answerBytes, TimeProvider clock)
    {
        _provider = provider;
        _places = new SemaphoreSlim(provider.ProviderLimits.Concurrent, provider.ProviderLimits.Concurrent);
        _channels = [.. Enumerable.Range(0, Handlers).Select(_ => GrpcChannel.ForAddress(provider.Endpoint!, new GrpcChannelOptions
        {
            HttpHandler = MemberTls.Handler(nodeCertificate, provider.Id, provider.Anchor, clock, ConnectTimeout),
            DisposeHttpClient = true,
            MaxReceiveMessageSize = answerBytes,
        }))];
        _invokers = [.. _channels.Select(channel => channel.CreateCallInvoker())];
    }

    internal Member Provider => _provider;

    /// <inheritdoc/>
    public void Dispose()
    {
        Array.ForEach(_channels, channel => channel.Dispose());
        _places.Dispose();
    }

    /// <summary>Asks the provider; an answer that is null has a code that says why.</summary>
    /// <exception cref="OperationCanceledException">The consumer went away.</exception>
    internal async ValueTask<(ProviderAnswer? Answer, ErrorCode Code)> FetchAsync(ProviderFetchRequest request, DateTime deadline, CancellationToken cancellationToken)
    {
        if (!_places.Wait(0, CancellationToken.None))
        {
            return (null, ErrorCode.ProviderBusy);
        }

        try
        {
            var invoker = _invokers[Interlocked.Increment(ref _next) % Handlers];
            using var call = invoker.AsyncUnaryCall(ProviderMethod.Fetch, null, new CallOptions(deadline: deadline, cancellationToken: cancellationToken), request);
            return (await call.ResponseAsync.ConfigureAwait(false), ErrorCode.None);
        }
        catch (RpcException exception)
        {
            cancellationToken.ThrowIfCancellationRequested();
            return (null, Explain(exception.Status));
        }
        finally
        {
            _places.Release();
        }
    }

    /// <summary>What a retry can mend is told from what it cannot.</summary>
    private static ErrorCode Explain(in Status status) => status.StatusCode switch
    {
        StatusCode.DeadlineExceeded => ErrorCode.ProviderTimedOut,
        StatusCode.ResourceExhausted when status.Detail == OwnLimit => ErrorCode.ProviderAnswerTooLarge,
        StatusCode.ResourceExhausted => ErrorCode.ProviderBusy,
        StatusCode.InvalidArgument or StatusCode.NotFound or StatusCode.PermissionDenied or StatusCode.Unauthenticated
            or StatusCode.FailedPrecondition or StatusCode.OutOfRange or StatusCode.Unimplemented => ErrorCode.ProviderRefused,
        _ => ErrorCode.ProviderUnavailable,
    };
}
