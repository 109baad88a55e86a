using System.Reflection;

// To the gRPC channel (src/Grpc/README.md): a request goes to the transport as it is, and nothing here holds its token once the response is there.
[assembly: AssemblyMetadata("Grpc.Net.Client.DirectHandler", "Exchange.Identity.SpreadHandler")]

namespace Exchange.Identity;

/// <summary>
/// Spreads requests over several handlers, each with an HTTP/2 connection of its own: one connection has one receive loop and so many streams,
/// and when it is replaced or breaks, the others go on. Requests take the connections in turn, and pass over one that is being made or has
/// failed as long as another stands:
/// <code>
///   idle --connects--> connecting --a response--> standing --it ends--> idle
///                      connecting --a failure---> failed, for a second --> idle
/// </code>
/// A request over a standing connection costs no allocation here. Works below any gRPC channel.
/// </summary>
internal sealed class SpreadHandler : HttpMessageHandler
{
    private readonly Lane[] _lanes;
    private uint _next;

    /// <summary>Over handlers that serve nobody else.</summary>
    /// <param name="handlers">One a connection; disposed with this one.</param>
    /// <param name="clock">By which a failed connection is passed over.</param>
    internal SpreadHandler(IEnumerable<SocketsHttpHandler> handlers, TimeProvider clock) => _lanes = [.. handlers.Select(handler => new Lane(handler, clock))];

    /// <inheritdoc/>
    protected override Task<HttpResponseMessage> SendAsync(HttpRequestMessage request, CancellationToken cancellationToken)
    {
        var lane = Choose();
        return lane.Stands ? lane.SendAsync(request, cancellationToken) : TryAsync(lane, request, cancellationToken);
    }

    /// <inheritdoc/>
    protected override void Dispose(bool disposing)
    {
        if (disposing)
        {
            Array.ForEach(_lanes, lane => lane.Dispose());
        }

        base.Dispose(disposing);
    }

    /// <summary>Sends where no connection stands yet. If none can be made, nothing has been sent, and another that stands takes the request.</summary>
    private async Task<HttpResponseMessage> TryAsync(Lane lane, HttpRequestMessage request, CancellationToken cancellationToken)
    {
        try
        {
            return await lane.TryAsync(request, cancellationToken).ConfigureAwait(false);
        }
        catch (Exception e) when (Lane.IsConnect(e) && Array.Find(_lanes, other => other.Stands) is not null)
        {
            return await Choose().SendAsync(request, cancellationToken).ConfigureAwait(false);
        }
    }

    private Lane Choose()
    {
        var turn = Interlocked.Increment(ref _next);
        for (var i = 0u; i < _lanes.Length; i++)
        {
            var lane = _lanes[(turn + i) % _lanes.Length];
            if (lane.IsReady)
            {
                return lane;
            }
        }

        return _lanes[turn % _lanes.Length]; // None stands: whoever's turn it is tries, and its failure is the answer.
    }
}
