using System.Buffers;
using Exchange.Formats;
using Exchange.V1;
using Exchange.Vocabulary;

namespace Exchange.Node.Admission;

/// <summary>
/// A <see cref="FetchRequest"/> as it came: one pooled copy of its bytes, in which only that is looked at which each request has of its own. All
/// else, whom it asks, for what and which fields, is the same in thousands of requests; as bytes, in one run, it is the request's <see cref="Shape"/>, and
/// what that means is found out once (<see cref="AskShapes"/>).
/// <code>
///   request     id  origin  times  provider dataset purpose  subject{scheme value}  fields  period  strict  size  token
///   its own     id  origin  times                                           value           period          size  token
///   its shape                      provider dataset purpose         scheme         fields          strict
/// </code>
/// The generated parser would make some twenty objects of it. Used again for another request; wiped in between, for it names a person.
/// </summary>
internal sealed class FetchMessage
{
    /// <summary>What a subject without its value may need beyond the bytes it came in: two keys and two lengths.</summary>
    private const int SubjectHead = 16;

    private static readonly uint RequestIdKey = WireFields.BytesKey(FetchRequest.RequestIdFieldNumber);
    private static readonly uint OriginKey = WireFields.BytesKey(FetchRequest.NodeOriginFieldNumber);
    private static readonly uint IssueTimeKey = WireFields.VarintKey(FetchRequest.IssueTimeFieldNumber);
    private static readonly uint ExpireTimeKey = WireFields.VarintKey(FetchRequest.ExpireTimeFieldNumber);
    private static readonly uint ProviderKey = WireFields.BytesKey(FetchRequest.ProviderFieldNumber);
    private static readonly uint DatasetKey = WireFields.BytesKey(FetchRequest.DatasetFieldNumber);
    private static readonly uint PurposeKey = WireFields.BytesKey(FetchRequest.PurposeFieldNumber);
    private static readonly uint SubjectKey = WireFields.BytesKey(FetchRequest.SubjectFieldNumber);
    private static readonly uint FieldsKey = WireFields.BytesKey(FetchRequest.FieldsFieldNumber);
    private static readonly uint AssertionsKey = WireFields.BytesKey(FetchRequest.AssertionsFieldNumber);
    private static readonly uint PeriodKey = WireFields.BytesKey(FetchRequest.PeriodFieldNumber);
    private static readonly uint StrictKey = WireFields.VarintKey(FetchRequest.StrictFieldNumber);
    private static readonly uint PageSizeKey = WireFields.VarintKey(FetchRequest.PageSizeFieldNumber);
    private static readonly uint PageTokenKey = WireFields.BytesKey(FetchRequest.PageTokenFieldNumber);
    private static readonly uint SchemeKey = WireFields.BytesKey(Subject.SchemeFieldNumber);
    private static readonly uint ValueKey = WireFields.BytesKey(Subject.ValueFieldNumber);
    private static readonly uint StartKey = WireFields.VarintKey(TimeRange.StartFieldNumber);
    private static readonly uint EndKey = WireFields.VarintKey(TimeRange.EndFieldNumber);

    private byte[] _bytes = [];
    private int _length;
    private Read _read;

    /// <summary>As it came; sixteen bytes if it is one.</summary>
    internal ReadOnlySpan<byte> RequestId => At(_read.RequestId);

    /// <summary>UTF-8.</summary>
    internal ReadOnlySpan<byte> NodeOrigin => At(_read.Origin);

    internal Instant IssueTime => new(_read.IssueTime);

    internal Instant ExpireTime => new(_read.ExpireTime);

    /// <summary>UTF-8, as it came.</summary>
    internal ReadOnlySpan<byte> SubjectValue => At(_read.SubjectValue);

    /// <summary>Microseconds since the epoch; zero leaves the side open.</summary>
    internal long PeriodStart => _read.PeriodStart;

    /// <inheritdoc cref="PeriodStart"/>
    internal long PeriodEnd => _read.PeriodEnd;

    internal bool Strict => _read.Strict;

    internal uint PageSize => _read.PageSize;

    internal ReadOnlySpan<byte> PageToken => At(_read.PageToken);

    /// <summary>A serialised <see cref="FetchRequest"/> that holds only what thousands of requests have in common.</summary>
    internal ReadOnlySpan<byte> Shape => _bytes.AsSpan(_length, _read.ShapeLength);

    /// <summary>Takes the one copy.</summary>
    /// <exception cref="InvalidDataException">The bytes are no such message.</exception>
    internal void Take(in ReadOnlySequence<byte> payload)
    {
        _length = checked((int)payload.Length);
        _bytes = ArrayPool<byte>.Shared.Rent(checked((2 * _length) + SubjectHead));
        payload.CopyTo(_bytes);
        _read = default;
        if (!TryRead())
        {
            Forget();
            throw new InvalidDataException("The bytes are no FetchRequest.");
        }
    }

    /// <summary>Wipes it, for the next request.</summary>
    internal void Forget()
    {
        var used = _length + _read.ShapeLength;
        (_length, _read) = (0, default);
        if (Interlocked.Exchange(ref _bytes, []) is { Length: > 0 } bytes)
        {
            bytes.AsSpan(0, Math.Min(used, bytes.Length)).Clear();
            ArrayPool<byte>.Shared.Return(bytes);
        }
    }

    /// <summary>As generated parsers do: of a field that comes twice the last counts, messages are merged, what is unknown is skipped.</summary>
    private bool TryRead()
    {
        var fields = new WireFields(_bytes.AsSpan(0, _length));
        var (hasSubject, scheme) = (false, default(Range));
        while (fields.MoveNext())
        {
            var key = fields.Key;
            var content = new Range(fields.ContentStart, fields.ContentStart + fields.ContentLength);
            if (key == ProviderKey || key == DatasetKey || key == PurposeKey || key == FieldsKey || key == AssertionsKey)
            {
                Shapes(fields.Whole);
            }
            else if (key == RequestIdKey)
            {
                _read.RequestId = content;
            }
            else if (key == OriginKey)
            {
                _read.Origin = content;
            }
            else if (key == IssueTimeKey)
            {
                _read.IssueTime = (long)fields.Number;
            }
            else if (key == ExpireTimeKey)
            {
                _read.ExpireTime = (long)fields.Number;
            }
            else if (key == SubjectKey)
            {
                hasSubject = true;
                if (!TryReadSubject(fields.Content, fields.ContentStart, ref scheme))
                {
                    return false;
                }
            }
            else if (key == PeriodKey)
            {
                if (!TryReadPeriod(fields.Content))
                {
                    return false;
                }
            }
            else if (key == StrictKey)
            {
                _read.Strict = fields.Number != 0;
                Shapes(fields.Whole);
            }
            else if (key == PageSizeKey)
            {
                _read.PageSize = (uint)fields.Number;
            }
            else if (key == PageTokenKey)
            {
                _read.PageToken = content;
            }
        }

        if (hasSubject)
        {
            ShapeSubject(At(scheme));
        }

        return fields.IsAtEnd;
    }

    private bool TryReadSubject(ReadOnlySpan<byte> message, int offset, ref Range scheme)
    {
        var fields = new WireFields(message);
        while (fields.MoveNext())
        {
            var content = new Range(offset + fields.ContentStart, offset + fields.ContentStart + fields.ContentLength);
            if (fields.Key == SchemeKey)
            {
                scheme = content;
            }
            else if (fields.Key == ValueKey)
            {
                _read.SubjectValue = content;
            }
        }

        return fields.IsAtEnd;
    }

    private bool TryReadPeriod(ReadOnlySpan<byte> message)
    {
        var fields = new WireFields(message);
        while (fields.MoveNext())
        {
            if (fields.Key == StartKey)
            {
                _read.PeriodStart = (long)fields.Number;
            }
            else if (fields.Key == EndKey)
            {
                _read.PeriodEnd = (long)fields.Number;
            }
        }

        return fields.IsAtEnd;
    }

    private void Shapes(scoped ReadOnlySpan<byte> field)
    {
        field.CopyTo(_bytes.AsSpan(_length + _read.ShapeLength));
        _read.ShapeLength += field.Length;
    }

    /// <summary>The subject with its scheme alone: whether a subject is named, and how, belongs to the shape; who it is does not.</summary>
    private void ShapeSubject(scoped ReadOnlySpan<byte> scheme)
    {
        var size = scheme.IsEmpty ? 0 : 1 + WireWriter.VarintLength((ulong)scheme.Length) + scheme.Length;
        var writer = new WireWriter(_bytes.AsSpan(_length + _read.ShapeLength));
        var subject = new WireWriter(writer.Reserve(FetchRequest.SubjectFieldNumber, size));
        subject.Bytes(Subject.SchemeFieldNumber, scheme);
        _read.ShapeLength += writer.Position;
    }

    private ReadOnlySpan<byte> At(Range range) => _bytes.AsSpan(range.Start.Value, range.End.Value - range.Start.Value);

    /// <summary>What was read, in one value, so that nothing of one request is left in the next.</summary>
    private struct Read
    {
        internal Range RequestId, Origin, SubjectValue, PageToken;
        internal long IssueTime, ExpireTime, PeriodStart, PeriodEnd;
        internal bool Strict;
        internal uint PageSize;
        internal int ShapeLength;
    }
}
