using System.Runtime.CompilerServices;
using System.Security.Cryptography.X509Certificates;
using Exchange.Identity;
using Exchange.Node.Identity;
using Exchange.Node.Telemetry;
using Exchange.Node.Transfers;
using Exchange.Vocabulary;
using Grpc.Core;
using Grpc.Net.Client;

namespace Exchange.Node.Providers;

/// <summary>
/// The connections to one provider: mutual TLS, the provider's own SPIFFE id on the other side, a limit on calls at the same time so that
/// its systems are not flooded. Several connections, since one carries a hundred streams at most and has one receive loop.
/// </summary>
internal sealed class ProviderConnections : IDisposable
{
    /// <summary>What both gRPC runtimes say when an answer is longer than <c>MaxReceiveMessageSize</c>; a provider's own words are others.</summary>
    private const string OwnLimit = "Received message exceeds the maximum configured message size.";

    /// <summary>The longest between two attempts to connect: who comes back should not be waited for much longer than it took.</summary>
    private static readonly TimeSpan LongestPause = TimeSpan.FromSeconds(10);

    private static readonly TimeSpan ConnectTimeout = TimeSpan.FromSeconds(3);

    private readonly GrpcChannel _channel;
    private readonly CallInvoker _invoker;
    private readonly Member _provider;
    private readonly ILogger _logger;
    private int _underWay;

    internal ProviderConnections(Member provider, X509Certificate2 nodeCertificate, int answerBytes, TimeProvider clock, ILogger logger)
    {
        _provider = provider;
        _logger = logger;
        _channel = GrpcChannel.ForAddress(provider.Endpoint!, new GrpcChannelOptions
        {
            HttpHandler = MemberTls.Connections(nodeCertificate, provider.Id, provider.Anchor, clock, ConnectTimeout, provider.ProviderLimits.Connections),
            DisposeHttpClient = true,
            MaxReconnectBackoff = LongestPause,
            MaxReceiveMessageSize = answerBytes,
        });
        _invoker = _channel.CreateCallInvoker();
    }

    internal Member Provider => _provider;

    /// <inheritdoc/>
    public void Dispose() => _channel.Dispose();

    /// <summary>Asks the provider; an answer that is null has a code that says why.</summary>
    /// <exception cref="OperationCanceledException">The consumer went away.</exception>
    [AsyncMethodBuilder(typeof(ReusedBoxBuilder<>))]
    internal async ValueTask<(ProviderAnswer? Answer, ErrorCode Code)> FetchAsync(ProviderQuestion question, DateTime deadline, CancellationToken cancellationToken)
    {
        if (!TryTakePlace())
        {
            return (null, ErrorCode.ProviderBusy);
        }

        try
        {
            using var call = _invoker.AsyncUnaryCall(ProviderMethod.Fetch, null, new CallOptions(deadline: deadline, cancellationToken: cancellationToken), question);
            return (await call.ResponseAsync.ConfigureAwait(false), ErrorCode.None);
        }
        catch (RpcException exception)
        {
            cancellationToken.ThrowIfCancellationRequested();
            var code = Explain(exception.Status);
            if (code == ErrorCode.ProviderRefused)
            {
                // Its status and not its words, which could name a person.
                NodeLog.ProviderRefused(_logger, question.Transfer, _provider.Id, exception.StatusCode);
            }

            return (null, code);
        }
        finally
        {
            Interlocked.Decrement(ref _underWay);
        }
    }

    /// <summary>Exactly as many as the limit says, without a lock.</summary>
    private bool TryTakePlace()
    {
        for (var underWay = Volatile.Read(ref _underWay); underWay < _provider.ProviderLimits.Concurrent;)
        {
            var found = Interlocked.CompareExchange(ref _underWay, underWay + 1, underWay);
            if (found == underWay)
            {
                return true;
            }

            underWay = found;
        }

        return false;
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
