using System.Globalization;
using Exchange.Cli.Demo.World;
using Exchange.Client;
using Exchange.Envelopes;
using Exchange.Vocabulary;

namespace Exchange.Cli;

/// <summary>A fault that the user can mend.</summary>
/// <param name="ExitCode">How the command ends.</param>
/// <param name="Reason">A stable word.</param>
/// <param name="Message">What, which, and how to mend it.</param>
/// <param name="Refusal">What the node said, when it was the node that refused.</param>
internal sealed record DescribedFault(ExitCode ExitCode, string Reason, string Message, ExchangeRefusedException? Refusal = null);

/// <summary>Which faults are the user's to mend.</summary>
internal static class Faults
{
    internal static DescribedFault? Describe(Exception fault) => fault switch
    {
        ExchangeRefusedException refused => new(ExitCode.Refused, refused.Reason, OnRecord(refused), refused),
        ExchangeEvidenceException => new(ExitCode.Refused, "EVIDENCE_REJECTED", fault.Message),
        EnvelopeRejectedException rejected => new(ExitCode.Refused, "ENVELOPE_REJECTED", rejected.Message),
        NodeNotReadyException => new(ExitCode.Refused, "NODE_NOT_READY", fault.Message),
        UsageException => new(ExitCode.Misused, "USAGE", fault.Message),
        FileNotFoundException or DirectoryNotFoundException => new(ExitCode.Misused, "FILE_MISSING", fault.Message),
        UnauthorizedAccessException => new(ExitCode.Misused, "FILE_NOT_PERMITTED", fault.Message),
        InvalidDataException => new(ExitCode.Misused, "FILE_INVALID", fault.Message),
        IOException => new(ExitCode.Misused, "FILE_FAULT", fault.Message),
        _ => null,
    };

    private static string OnRecord(ExchangeRefusedException refused)
    {
        if (!ErrorCatalogue.Entries.Any(known => known.Reason == refused.Reason))
        {
            return $"No answer, {refused.Message}"; // The SDK's own word: no node refused.
        }

        // With violations the node's sentence is the first of them.
        var what = refused.Violations.Count == 0 ? refused.Message : $"{refused.Reason}.";
        var entry = refused.Receipt is { } receipt ? $" The refusal is entry {receipt.Index} of {receipt.LogOrigin}." : string.Empty;
        var delay = refused.RetryAfter is { } wait ? $" Ask again in {Span(wait)}." : string.Empty;
        var violations = string.Concat(refused.Violations.Select(violation => $"{Environment.NewLine}  {violation.Key}: {violation.Value}"));
        return $"Refused, {what}{entry}{delay} See docs/errors/{refused.Reason}.md.{violations}";
    }

    private static string Span(TimeSpan wait) => wait < TimeSpan.FromMinutes(1)
        ? string.Create(CultureInfo.InvariantCulture, $"{Math.Max(1, Math.Ceiling(wait.TotalSeconds))} s")
        : string.Create(CultureInfo.InvariantCulture, $"{(int)wait.TotalDays} d {wait.Hours} h {wait.Minutes} min");
}
