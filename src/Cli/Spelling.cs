using System.Text.Json;

namespace Exchange.Cli;

/// <summary>How values of enumerations are spelled, for people and in JSON alike, so that what a document names is found in what a command writes.</summary>
internal static class Spelling
{
    /// <summary>As the formats and the documents spell words of the log and of envelopes: <c>POLICY_CHANGED</c>.</summary>
    internal static string OfFormat<T>(T value)
        where T : struct, Enum => JsonNamingPolicy.SnakeCaseUpper.ConvertName(value.ToString());

    /// <summary>As a policy spells its own words: <c>legal-obligation</c>.</summary>
    internal static string OfPolicy<T>(T value)
        where T : struct, Enum => JsonNamingPolicy.KebabCaseLower.ConvertName(value.ToString());
}
