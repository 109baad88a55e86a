namespace Grpc.Core;

/// <summary>The outcome of a call, as numbered by the gRPC protocol (grpc/doc/statuscodes.md).</summary>
public enum StatusCode
{
    /// <summary>The call succeeded.</summary>
    OK = 0,

    /// <summary>The call was cancelled, typically by the caller.</summary>
    Cancelled = 1,

    /// <summary>An error without a better code; also what a fault of a handler becomes.</summary>
    Unknown = 2,

    /// <summary>The caller's argument is wrong whatever the state of the system.</summary>
    InvalidArgument = 3,

    /// <summary>The deadline passed before the call completed.</summary>
    DeadlineExceeded = 4,

    /// <summary>Something asked for does not exist.</summary>
    NotFound = 5,

    /// <summary>What was to be created exists.</summary>
    AlreadyExists = 6,

    /// <summary>The caller is known and may not do this.</summary>
    PermissionDenied = 7,

    /// <summary>A quota or a size limit is exhausted.</summary>
    ResourceExhausted = 8,

    /// <summary>The system is not in the state that the call needs.</summary>
    FailedPrecondition = 9,

    /// <summary>The operation was aborted, typically by a concurrent one.</summary>
    Aborted = 10,

    /// <summary>Past the valid range.</summary>
    OutOfRange = 11,

    /// <summary>The method is not implemented here.</summary>
    Unimplemented = 12,

    /// <summary>An invariant of the system or of the protocol is broken.</summary>
    Internal = 13,

    /// <summary>The service cannot be reached now; a retry may help.</summary>
    Unavailable = 14,

    /// <summary>Data was lost or corrupted beyond recovery.</summary>
    DataLoss = 15,

    /// <summary>The caller has no valid credentials.</summary>
    Unauthenticated = 16,
}
