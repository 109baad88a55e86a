using System.Globalization;
using System.Numerics;
using System.Security.Cryptography;
using System.Text;
using Google.Protobuf;
using Google.Protobuf.Reflection;

namespace Exchange.Policy.Tests.Minimisation;

/// <summary>The actions' definition, executable: on decoded values, with the framework's own text, calendar, big numbers and HMAC.</summary>
internal sealed class TreeActions(IReadOnlyDictionary<string, string> actions, byte[] pseudonymKey)
{
    /// <summary>How many values were made into something else.</summary>
    public int Changed { get; private set; }

    public bool Releases(string path) => actions[path] != "drop";

    /// <summary>Changes what a message says of a leaf.</summary>
    public void Apply(string path, FieldDescriptor field, List<object> values)
    {
        for (var index = 0; index < values.Count && actions[path] != "keep"; index++)
        {
            if (field.IsMap)
            {
                // What an entry says of its value; it may say nothing.
                var entry = (MessageTree)values[index];
                entry.Fields.GetValueOrDefault(2)?.ForEachIndex((all, at) => all[at] = Counted(all[at], Changing(actions[path], field.MessageType.FindFieldByNumber(2), all[at])));
            }
            else
            {
                values[index] = Counted(values[index], Changing(actions[path], field, values[index]));
            }
        }
    }

    private object Counted(object before, object after)
    {
        Changed += before.Equals(after) ? 0 : 1;
        return after;
    }

    private object Changing(string action, FieldDescriptor field, object value)
    {
        var words = action.Split(' ');
        if (value is MessageTree tree)
        {
            return words[0] == "begin" ? Begin(tree, words[1]) : Unwrapped(action, tree);
        }

        var number = words.Length > 1 ? BigInteger.Parse(words[^1], CultureInfo.InvariantCulture) : 0;
        return (words[0], value) switch
        {
            (_, "") => value,
            (_, ByteString { IsEmpty: true }) => value,
            ("mask", string text) => Mask(Letters(text), (int)number, words[1] == "last"),
            ("truncate" or "prefix", string text) => string.Concat(Letters(text).Take((int)number)),
            ("truncate", ByteString bytes) => ByteString.CopyFrom([.. bytes.Take((int)number)]),
            ("pseudonymise", string text) => Convert.ToHexString(Code(Encoding.UTF8.GetBytes(text))).ToLowerInvariant(),
            ("pseudonymise", ByteString bytes) => ByteString.CopyFrom(Code(bytes.ToByteArray())),
            ("step", _) => Floor(field.FieldType, value, number),
            _ => throw new InvalidOperationException($"{action} of {field.FieldType}"),
        };
    }

    private static List<string> Letters(string text) => [.. text.EnumerateRunes().Select(rune => rune.ToString())];

    private static string Mask(List<string> letters, int characters, bool fromEnd)
    {
        var shown = Math.Min(characters, (int)Math.Floor(letters.Count / 3.0));
        return fromEnd ? "***" + string.Concat(letters.TakeLast(shown)) : string.Concat(letters.Take(shown)) + "***";
    }

    private byte[] Code(byte[] value)
    {
        using var hmac = new HMACSHA256(pseudonymKey);
        return hmac.ComputeHash(value)[..16];
    }

    private static object Floor(FieldType type, object value, BigInteger step)
    {
        var number = BigInteger.Parse(Convert.ToString(value, CultureInfo.InvariantCulture)!, CultureInfo.InvariantCulture);
        var floor = number - ((((number % step) + step) % step));
        var least = type switch
        {
            FieldType.Int32 or FieldType.SInt32 or FieldType.SFixed32 => int.MinValue,
            FieldType.Int64 or FieldType.SInt64 or FieldType.SFixed64 => long.MinValue,
            _ => BigInteger.Zero,
        };
        floor = floor < least ? floor + step : floor;
        return value switch { int => (int)floor, uint => (uint)floor, long => (long)floor, _ => (ulong)floor };
    }

    private static MessageTree Begin(MessageTree timestamp, string unit)
    {
        var time = DateTimeOffset.FromUnixTimeSeconds((long)(timestamp["seconds"] ?? 0L));
        var start = new DateTimeOffset(time.Year, unit == "year" ? 1 : time.Month, unit == "day" ? time.Day : 1, 0, 0, 0, TimeSpan.Zero);
        var begun = new MessageTree(timestamp.Type);
        begun.Fields[1] = [start.ToUnixTimeSeconds()];
        return begun;
    }

    private MessageTree Unwrapped(string action, MessageTree wrapper)
    {
        var changed = new MessageTree(wrapper.Type);
        if (wrapper["value"] is { } value)
        {
            changed.Fields[1] = [Changing(action, wrapper.Type.FindFieldByNumber(1), value)];
        }

        return changed;
    }
}

internal static class Lists
{
    public static void ForEachIndex<T>(this List<T> list, Action<List<T>, int> act)
    {
        for (var at = 0; at < list.Count; at++)
        {
            act(list, at);
        }
    }
}
