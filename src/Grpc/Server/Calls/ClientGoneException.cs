namespace Grpc.AspNetCore.Server.Calls;

/// <summary>
/// The client has reset the stream or lost the connection while the handler read or wrote. The transport says so a moment before it fires the
/// call's token, so that the token cannot tell this from a fault of the handler.
/// </summary>
internal sealed class ClientGoneException(Exception? transport, CancellationToken token)
    : OperationCanceledException("The client has ended the call.", transport, token);
