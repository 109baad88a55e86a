using Grpc.Core;

namespace Exchange.Client.Transport;

/// <summary>How this client calls its node: within the deadline, and a call that fails says what the node said.</summary>
internal sealed class NodeCalls(ExchangeClientOptions options, RefusalReader refusals)
{
    /// <summary>The deadline from now on.</summary>
    internal CallOptions Options(CancellationToken cancellationToken) =>
        new(deadline: options.Clock.GetUtcNow().UtcDateTime + options.Deadline, cancellationToken: cancellationToken);

    /// <summary>The answer of a unary call.</summary>
    /// <exception cref="ExchangeRefusedException">The node refused or was not reached.</exception>
    /// <exception cref="ExchangeEvidenceException">The refusal's receipt does not hold.</exception>
    internal async Task<T> AnswerAsync<T>(AsyncUnaryCall<T> call)
    {
        using (call)
        {
            try
            {
                return await call.ResponseAsync.ConfigureAwait(false);
            }
            catch (RpcException exception)
            {
                throw refusals.Read(exception);
            }
        }
    }
}
