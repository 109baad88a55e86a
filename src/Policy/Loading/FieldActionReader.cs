using System.Collections.Frozen;
using System.Globalization;
using Exchange.Documents;
using Exchange.Policy.Minimisation;

namespace Exchange.Policy.Loading;

/// <summary>Reads what happens to a field: a word, or a word with what it needs (docs/policy.md).</summary>
internal static class FieldActionReader
{
    // More than any text or code of ours has; bounds what a typing error can mean.
    private const int MostCharacters = 65_536;
    private const string Expected = "an action such as keep, drop, pseudonymise, '{ mask: { first: 2 } }', '{ truncate: 10 }' or '{ generalise: month }'";

    private static readonly FieldAction Keep = new FieldAction.Keep();
    private static readonly FieldAction Drop = new FieldAction.Drop();
    private static readonly FieldAction Pseudonymise = new FieldAction.Pseudonymise();

    private static readonly FrozenDictionary<string, CalendarUnit> Units = new Dictionary<string, CalendarUnit>
    {
        ["day"] = CalendarUnit.Day,
        ["month"] = CalendarUnit.Month,
        ["year"] = CalendarUnit.Year,
    }.ToFrozenDictionary();

    private static readonly string[] Names = ["keep", "drop", "mask", "truncate", "generalise", "pseudonymise"];

    /// <summary>The action; null after a mistake was told.</summary>
    internal static FieldAction? Read(DocumentValue value)
    {
        if (!value.IsMapping)
        {
            return value.Text(Expected) is { } word ? OfWord(value, word) : null;
        }

        using var mapping = value.Mapping();
        if (mapping.Entries is not [var (name, key, parameters)])
        {
            value.Refuse("expected one action for a field");
            return null;
        }

        switch (name)
        {
            case "mask":
                return ReadMask(parameters);
            case "truncate":
                return parameters.Number(1, MostCharacters) is { } length ? new FieldAction.Truncate(length) : null;
            case "generalise":
                return ReadGeneralise(parameters);
            case "keep" or "drop" or "pseudonymise":
                key.Refuse($"'{name}' takes nothing; write it alone");
                return null;
            default:
                key.Refuse(Unknown(name), NearestName.Of(name, Names));
                return null;
        }
    }

    private static FieldAction? OfWord(DocumentValue value, string word)
    {
        switch (word)
        {
            case "keep":
                return Keep;
            case "drop":
                return Drop;
            case "pseudonymise":
                return Pseudonymise;
            case "mask":
                value.Refuse("a mask says how much stays: '{ mask: { first: 2 } }' or '{ mask: { last: 4 } }'");
                return null;
            case "truncate":
                value.Refuse("truncate says how much stays: '{ truncate: 10 }'");
                return null;
            case "generalise":
                value.Refuse("generalise says to what: '{ generalise: month }', '{ generalise: { step: 100 } }' or '{ generalise: { prefix: 3 } }'");
                return null;
            default:
                value.Refuse(Unknown(word), NearestName.Of(word, Names));
                return null;
        }
    }

    private static FieldAction.Mask? ReadMask(DocumentValue value) => ReadOne(value, "first", "last", "a mask keeps the first characters or the last ones") switch
    {
        ("first", { } count) => count.Number(0, MostCharacters) is { } first ? new FieldAction.Mask(first, FromEnd: false) : null,
        ("last", { } count) => count.Number(0, MostCharacters) is { } last ? new FieldAction.Mask(last, FromEnd: true) : null,
        _ => null,
    };

    private static FieldAction? ReadGeneralise(DocumentValue value)
    {
        if (!value.IsMapping)
        {
            return value.OneOf(Units, "a unit of time, '{ step: 100 }' or '{ prefix: 3 }'") is { } unit ? new FieldAction.GeneraliseTime(unit) : null;
        }

        return ReadOne(value, "step", "prefix", "a number is generalised to a step, a code to a prefix") switch
        {
            ("step", { } step) => step.As<long>(TryParseStep, "a whole number from 2") is { } size ? new FieldAction.GeneraliseNumber(size) : null,
            ("prefix", { } prefix) => prefix.Number(1, MostCharacters) is { } length ? new FieldAction.GeneraliseCode(length) : null,
            _ => null,
        };
    }

    /// <summary>Exactly one of two keys, and its value.</summary>
    private static (string? Key, DocumentValue? Value) ReadOne(DocumentValue value, string one, string other, string rule)
    {
        if (value.IsMapping)
        {
            using var mapping = value.Mapping();
            if (mapping.Entries is [var (name, key, parameter)])
            {
                if (name == one || name == other)
                {
                    return (name, parameter);
                }

                key.Refuse($"unknown key '{name}': {rule}", NearestName.Of(name, [one, other]));
                return default;
            }
        }

        value.Refuse($"{rule}: '{{ {one}: 2 }}' or '{{ {other}: 2 }}'");
        return default;
    }

    private static string Unknown(string name) => $"unknown action '{name}', expected {string.Join(", ", Names[..^1])} or {Names[^1]}";

    private static bool TryParseStep(string? text, out long step) =>
        long.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out step) && step >= 2 && text![0] != '0';
}
