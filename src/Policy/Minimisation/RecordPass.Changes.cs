using System.Diagnostics;
using System.Runtime.CompilerServices;

namespace Exchange.Policy.Minimisation;

/// <summary>What becomes of values that do not stay as they are.</summary>
internal ref partial struct RecordPass
{
    private static ReadOnlySpan<byte> Filler => "***"u8;

    /// <summary>Drops or changes a field, which reaches from its tag to the end of its value, unless it stays for another reason.</summary>
    [MethodImpl(MethodImplOptions.NoInlining)]
    private void Restrict(FieldPlan field, int start, int value, int end)
    {
        if (_out.IsMuted)
        {
            return;
        }

        if (!_released.Overlaps(field.Leaves))
        {
            _out.Replace(start, end);
        }
        else if (field.Changes >= 0)
        {
            Change(field, start, value, end);
        }
    }

    private void Change(FieldPlan field, int start, int value, int end)
    {
        switch (_plan.Actions[field.Changes])
        {
            case FieldAction.GeneraliseNumber:
                Round(field, start, value, end);
                break;
            case FieldAction.GeneraliseTime time:
                Begin(field, start, end, CalendarStart.Of(_seconds, time.Unit));
                break;
            case var action when Content(value, end) is { IsEmpty: false } octets:
                Change(field, start, end, octets, action);
                break;
            default:
                break; // No action makes something of an empty value.
        }
    }

    private void Change(FieldPlan field, int start, int end, ReadOnlySpan<byte> octets, FieldAction action)
    {
        switch (action)
        {
            case FieldAction.Mask mask:
                Mask(field, start, end, octets, mask);
                break;
            case FieldAction.Truncate { Length: var length } when field.Encoding == ScalarEncoding.Octets:
                Shorten(field, start, end, octets, Math.Min(length, octets.Length));
                break;
            case FieldAction.Truncate { Length: var length }:
                Shorten(field, start, end, octets, TextCut.First(octets, length));
                break;
            case FieldAction.GeneraliseCode { Prefix: var prefix }:
                Shorten(field, start, end, octets, TextCut.First(octets, prefix));
                break;
            case FieldAction.Pseudonymise:
                Pseudonymise(field, start, end, octets);
                break;
            default:
                throw new UnreachableException("What is kept or dropped is not changed.");
        }
    }

    private void Mask(FieldPlan field, int start, int end, ReadOnlySpan<byte> text, FieldAction.Mask mask)
    {
        // Of many characters only as many are counted as decide.
        var characters = Math.Min(mask.Characters, TextCut.Count(text, 3L * mask.Characters) / 3);
        var shown = mask.FromEnd ? TextCut.Last(text, characters) : TextCut.First(text, characters);
        Substitute(field, start, end, shown + Filler.Length);
        _out.Append(mask.FromEnd ? Filler : text[..shown]);
        _out.Append(mask.FromEnd ? text[^shown..] : Filler);
    }

    private void Shorten(FieldPlan field, int start, int end, ReadOnlySpan<byte> octets, int length)
    {
        if (length < octets.Length)
        {
            Substitute(field, start, end, length);
            _out.Append(octets[..length]);
        }
    }

    private void Pseudonymise(FieldPlan field, int start, int end, ReadOnlySpan<byte> octets)
    {
        if (field.Encoding == ScalarEncoding.Text)
        {
            Substitute(field, start, end, Pseudonym.TextSize);
            Pseudonym.WriteText(_pseudonymKey!, octets, _out.Claim(Pseudonym.TextSize));
        }
        else
        {
            Substitute(field, start, end, Pseudonym.Size);
            Pseudonym.Write(_pseudonymKey!, octets, _out.Claim(Pseudonym.Size));
        }
    }

    private void Round(FieldPlan field, int start, int value, int end)
    {
        var rounded = Rounded(field, value);
        if (rounded == WireReader.Bits(field.Encoding, _record[value..]))
        {
            return;
        }

        _out.Replace(start, end);
        if (rounded != 0 || !field.OmitsZero)
        {
            _out.Append(field.Tag);
            _out.Append(field.Encoding, rounded);
        }
    }

    private void Begin(FieldPlan field, int start, int end, long second)
    {
        Substitute(field, start, end, second == 0 ? 0 : 1 + WireWriter.VarintSize((ulong)second));
        if (second != 0)
        {
            _out.Append(SecondsTag);
            _out.Append((ulong)second);
        }
    }

    /// <summary>The field's tag and a length; the content is the caller's to append.</summary>
    private void Substitute(FieldPlan field, int start, int end, int length)
    {
        _out.Replace(start, end);
        _out.Append(field.Tag);
        _out.Append((uint)length);
    }

    /// <summary>The bits of an element, changed if its leaf is not kept.</summary>
    private readonly ulong Rounded(FieldPlan field, int value)
    {
        var bits = WireReader.Bits(field.Encoding, _record[value..]);
        return _kept.Overlaps(field.Leaves) ? bits : WholeNumber.RoundDown(bits, field.Form, ((FieldAction.GeneraliseNumber)_plan.Actions[field.Changes]).Step);
    }
}
