using System.Runtime.InteropServices;

namespace Exchange.Policy.Minimisation;

/// <summary>
/// What the short way needs to know of a field, in eight bytes, so that the fields of a message share a cache line or two. Plain is a scalar
/// of one leaf that is not packed, and neither subject nor time, or a message; with a tag of one byte, in no oneof, not required.
/// </summary>
[StructLayout(LayoutKind.Sequential, Size = 8)]
internal readonly record struct PlainField
{
    private const short NotPlain = -1;

    public PlainField(FieldPlan field, int leaf)
    {
        IsMessage = field.Kind == FieldKind.Message;
        var isPlain = (IsMessage || (field.Kind == FieldKind.Scalar && leaf >= 0))
            && field is { Oneof: < 0, Role: FieldRole.None, Required: null, Tag: < MessagePlan.ShortTagEnd };
        (Tag, Encoding, Leaf) = (isPlain ? (short)field.Tag : NotPlain, field.Encoding, (short)leaf);
        (IsRepeated, IsChecked) = (field.IsRepeated, field.Values is not null);
    }

    /// <summary>The tag, or what no byte of a record is equal to.</summary>
    public short Tag { get; }

    /// <summary>Whether it is a message, of one leaf or several, rather than a scalar.</summary>
    public bool IsMessage { get; }

    public bool IsPlain => Tag != NotPlain;

    public ScalarEncoding Encoding { get; }

    public bool IsRepeated { get; }

    /// <summary>Whether its values must fulfil something.</summary>
    public bool IsChecked { get; }

    /// <summary>The one leaf.</summary>
    public short Leaf { get; }
}
