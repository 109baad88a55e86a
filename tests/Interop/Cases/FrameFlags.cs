using System.Buffers.Binary;

namespace Exchange.Interop.Tests.Cases;

/// <summary>Reads the prefixes of messages as they pass, and remembers of each the compressed flag (PROTOCOL-HTTP2.md, "Length-Prefixed-Message").</summary>
internal sealed class FrameFlags
{
    private readonly List<byte> _flags = [];
    private readonly byte[] _prefix = new byte[5];
    private readonly Lock _gate = new();
    private int _prefixLength;
    private uint _left;

    /// <summary>A digit for each message whose prefix has passed: 1 if it was compressed.</summary>
    public override string ToString()
    {
        lock (_gate)
        {
            return string.Concat(_flags);
        }
    }

    internal void Pass(ReadOnlySpan<byte> bytes)
    {
        lock (_gate)
        {
            while (!bytes.IsEmpty)
            {
                bytes = bytes[(_left > 0 ? PassPayload(bytes) : PassPrefix(bytes))..];
            }
        }
    }

    private int PassPayload(ReadOnlySpan<byte> bytes)
    {
        var passed = (int)Math.Min(_left, bytes.Length);
        _left -= (uint)passed;
        return passed;
    }

    private int PassPrefix(ReadOnlySpan<byte> bytes)
    {
        var passed = Math.Min(_prefix.Length - _prefixLength, bytes.Length);
        bytes[..passed].CopyTo(_prefix.AsSpan(_prefixLength));
        _prefixLength += passed;
        if (_prefixLength == _prefix.Length)
        {
            _flags.Add(_prefix[0]);
            _left = BinaryPrimitives.ReadUInt32BigEndian(_prefix.AsSpan(1));
            _prefixLength = 0;
        }

        return passed;
    }
}
