using Exchange.Documents;
using Exchange.Policy.Minimisation;
using Exchange.Vocabulary;
using Grpc.Core;

namespace Exchange.Node.Telemetry;

/// <summary>What the node says to its operator. Event ids 1000 to 1999; no payload, no personal data, no key material, ever (I6).</summary>
internal static partial class NodeLog
{
    [LoggerMessage(1000, LogLevel.Information, "Listening for members on {Endpoint}, for the operator on {Operations}; log {Origin} holds {Size} entries")]
    internal static partial void NodeListening(ILogger logger, System.Net.IPEndPoint endpoint, System.Net.IPEndPoint operations, string origin, ulong size);

    [LoggerMessage(1001, LogLevel.Warning, "The last stop was not in order. Bytes of an unfinished group that were cut from the log: {CutBytes}; nothing acknowledged was in them")]
    internal static partial void UncleanStopFound(ILogger logger, long cutBytes);

    [LoggerMessage(1002, LogLevel.Information, "Stopped; log {Origin} holds {Size} entries")]
    internal static partial void NodeStopped(ILogger logger, string origin, ulong size);

    [LoggerMessage(1003, LogLevel.Warning, "The clock was set by {By}; it would have shown {Expected}")]
    internal static partial void ClockStepped(ILogger logger, TimeSpan by, Instant expected);

    [LoggerMessage(1010, LogLevel.Error, "Transfer {Transfer} failed by a fault of the node: {Fault} {Stack}")]
    internal static partial void TransferFaulted(ILogger logger, TransferId transfer, string? fault, string? stack);

    [LoggerMessage(1011, LogLevel.Error, "A consent event failed by a fault of the node or its store")]
    internal static partial void ConsentFaulted(ILogger logger, Exception exception);

    [LoggerMessage(1012, LogLevel.Warning, "Withdrawals in the log that the consent store had not recorded were replayed: {Count}")]
    internal static partial void WithdrawalsReplayed(ILogger logger, int count);

    [LoggerMessage(1013, LogLevel.Error, "What was only counted (floods, strangers, readings of the log's files) could not be logged: {Outcome}")]
    internal static partial void AggregateNotLogged(ILogger logger, ErrorCode outcome);

    [LoggerMessage(1015, LogLevel.Error, "What was spent of an allowance could not be stored")]
    internal static partial void AllowanceFaulted(ILogger logger, Exception exception);

    [LoggerMessage(1014, LogLevel.Warning, "Transfer {Transfer}: a record of {Provider} breaks the constraint {Constraint} of {Dataset} on {Field}")]
    internal static partial void RecordInvalid(ILogger logger, TransferId transfer, MemberId provider, ConstraintRule constraint, DatasetId dataset, string field);

    [LoggerMessage(1016, LogLevel.Warning, "Transfer {Transfer}: {Provider} refused the node's call with {Status}")]
    internal static partial void ProviderRefused(ILogger logger, TransferId transfer, MemberId provider, StatusCode status);

    [LoggerMessage(1020, LogLevel.Information, "Policy {Policy} is in force instead of {Previous}. Rules widened: {Widened}, narrowed: {Narrowed}; datasets changed: {Datasets}")]
    internal static partial void PolicyChanged(ILogger logger, Digest policy, Digest previous, int widened, int narrowed, int datasets);

    [LoggerMessage(1021, LogLevel.Information, "Member registry {Registry} is in force instead of {Previous}. Members changed: {Members}; connections told to go away: {Connections}")]
    internal static partial void RegistryChanged(ILogger logger, Digest registry, Digest previous, int members, int connections);

    [LoggerMessage(1022, LogLevel.Information, "Members, datasets and policy were read again; nothing changed")]
    internal static partial void NothingChanged(ILogger logger);

    [LoggerMessage(1023, LogLevel.Error, "Members, datasets and policy were read again; what was in force stays in force. Mistakes: {Count}")]
    internal static partial void ReloadRefused(ILogger logger, int count);

    [LoggerMessage(1024, LogLevel.Error, "{Mistake}")]
    internal static partial void ReloadMistake(ILogger logger, Diagnostic mistake);

    [LoggerMessage(1025, LogLevel.Error, "A change of policy or members could not be recorded, and is tried again: {Fault}")]
    internal static partial void ChangeNotRecorded(ILogger logger, string fault);

    [LoggerMessage(1026, LogLevel.Error, "Members, datasets and policy could not be read again by a fault of the node; what was in force stays in force: {Fault} {Stack}")]
    internal static partial void ReloadFaulted(ILogger logger, string? fault, string? stack);

    [LoggerMessage(1040, LogLevel.Information, "The statistics {Dataset} of {Provider} from {Start} to {End} are frozen: whoever asks gets the same cells from now on")]
    internal static partial void StatisticsFrozen(ILogger logger, DatasetId dataset, MemberId provider, Instant start, Instant end);

    [LoggerMessage(1041, LogLevel.Warning, "Transfer {Transfer}: {Provider} names a cell of {Dataset} twice, or behind it no number of people")]
    internal static partial void CellInvalid(ILogger logger, TransferId transfer, MemberId provider, DatasetId dataset);

    [LoggerMessage(1042, LogLevel.Error, "Frozen statistics cannot be read or written, so none are released: {Fault}: {Cause}")]
    internal static partial void StatisticsStoreFailed(ILogger logger, string fault, string cause);

    [LoggerMessage(1050, LogLevel.Error, "No checkpoint could be signed; it is tried again: {Fault}")]
    internal static partial void CheckpointNotSigned(ILogger logger, string fault);

    [LoggerMessage(1051, LogLevel.Error, "The log could not be read for somebody who may: {Fault}")]
    internal static partial void LogNotRead(ILogger logger, string fault);

    [LoggerMessage(1052, LogLevel.Information, "Another {Use} key is in use: {Key} instead of {Previous}")]
    internal static partial void KeyChanged(ILogger logger, string use, Digest key, string previous);

    [LoggerMessage(1053, LogLevel.Information, "Entries below {MinimumIndex} were older than they are kept, and were removed")]
    internal static partial void EntriesRemoved(ILogger logger, ulong minimumIndex);

    [LoggerMessage(1054, LogLevel.Error, "Entries that are older than they are kept could not be removed; it is tried again: {Fault}")]
    internal static partial void EntriesNotRemoved(ILogger logger, string fault);

    [LoggerMessage(1070, LogLevel.Warning, "Links of entries were lost before this start: {Linked} were found again, {NotLinked} stay not linked")]
    internal static partial void LinkageRepaired(ILogger logger, ulong linked, ulong notLinked);

    [LoggerMessage(1071, LogLevel.Error, "Which entries are whose cannot be kept at present; the next start makes up for it: {Fault}")]
    internal static partial void LinkageFaulted(ILogger logger, string fault);
}
