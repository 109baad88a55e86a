using System.CommandLine;
using System.CommandLine.Parsing;
using System.Globalization;
using Exchange.Vocabulary;

namespace Exchange.Cli;

/// <summary>Options whose values are names of the exchange: parsed once, at the edge, with a sentence about what was expected.</summary>
internal static class NamedOption
{
    private delegate bool TryParse<T>(string? text, out T value);

    internal static Option<MemberId> Member(string name, string description) =>
        Create<MemberId>(name, description, MemberId.TryParse, "a member id: spiffe://<instance>/<gov|market|audit|ops>/<code>[/<system>] in lower case");

    internal static Option<DatasetId> Dataset(string name, string description) =>
        Create<DatasetId>(name, description, DatasetId.TryParse, "a dataset such as purchases.v1");

    internal static Option<PurposeId> Purpose(string name, string description) =>
        Create<PurposeId>(name, description, PurposeId.TryParse, "a purpose such as tax-deduction");

    internal static Option<ConsentId> Consent(string name, string description) =>
        Create<ConsentId>(name, description, ConsentId.TryParse, "a consent: 32 hexadecimal digits");

    /// <summary>A point in time; a date alone is its first moment, UTC.</summary>
    internal static Option<Instant?> Time(string name, string description) => new(name)
    {
        Description = description,
        HelpName = "time",
        CustomParser = result =>
        {
            if (DateTimeOffset.TryParseExact(
                result.Tokens[0].Value,
                ["yyyy-MM-dd", "yyyy-MM-dd'T'HH:mm:ss'Z'"],
                CultureInfo.InvariantCulture,
                DateTimeStyles.AssumeUniversal,
                out var time))
            {
                return Instant.From(time);
            }

            return Misread<Instant?>(result, "a time in UTC such as 2026-01-31 or 2026-01-31T12:00:00Z");
        },
    };

    private static Option<T> Create<T>(string name, string description, TryParse<T> tryParse, string expected) => new(name)
    {
        Description = description,
        HelpName = name.TrimStart('-'),
        Required = true,
        CustomParser = result => tryParse(result.Tokens[0].Value, out var value) ? value : Misread<T>(result, expected),
    };

    private static T? Misread<T>(ArgumentResult result, string expected)
    {
        result.AddError($"'{result.Tokens[0].Value}' is not {expected}.");
        return default;
    }
}
