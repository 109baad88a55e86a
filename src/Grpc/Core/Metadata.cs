using System.Collections;
using System.Globalization;
using System.Text;

namespace Grpc.Core;

/// <summary>
/// Headers or trailers of a call: ordered, keys may repeat. Keys that end in <c>-bin</c> carry bytes, all others printable ASCII
/// (PROTOCOL-HTTP2.md, "Custom-Metadata").
/// </summary>
public sealed class Metadata : IList<Metadata.Entry>
{
    /// <summary>How the key of a binary entry ends.</summary>
    public const string BinaryHeaderSuffix = "-bin";

    /// <summary>No entries, read-only.</summary>
    public static readonly Metadata Empty = new(readOnly: true);

    private readonly List<Entry> _entries = [];

    /// <summary>Without entries.</summary>
    public Metadata()
    {
    }

    private Metadata(bool readOnly) => IsReadOnly = readOnly;

    /// <inheritdoc/>
    public int Count => _entries.Count;

    /// <inheritdoc/>
    public bool IsReadOnly { get; }

    /// <inheritdoc/>
    public Entry this[int index]
    {
        get => _entries[index];
        set => Writable()[index] = NotNull(value);
    }

    /// <summary>The last entry of the key, or null. The case of the key does not matter.</summary>
    public Entry? Get(string key)
    {
        for (var index = _entries.Count - 1; index >= 0; index--)
        {
            if (_entries[index].HasKey(key))
            {
                return _entries[index];
            }
        }

        return null;
    }

    /// <summary>The text of the last entry of the key, or null.</summary>
    /// <exception cref="InvalidOperationException">The entry is binary.</exception>
    public string? GetValue(string key) => Get(key)?.Value;

    /// <summary>The bytes of the last entry of the key, or null.</summary>
    public byte[]? GetValueBytes(string key) => Get(key)?.ValueBytes;

    /// <summary>All entries of the key, in order.</summary>
    public IEnumerable<Entry> GetAll(string key) => _entries.Where(entry => entry.HasKey(key));

    /// <inheritdoc/>
    public void Add(Entry item) => Writable().Add(NotNull(item));

    /// <summary>Adds an entry of text.</summary>
    public void Add(string key, string value) => Add(new Entry(key, value));

    /// <summary>Adds an entry of bytes; the key ends in <c>-bin</c>.</summary>
    public void Add(string key, byte[] valueBytes) => Add(new Entry(key, valueBytes));

    /// <inheritdoc/>
    public void Insert(int index, Entry item) => Writable().Insert(index, NotNull(item));

    /// <inheritdoc/>
    public bool Remove(Entry item) => Writable().Remove(item);

    /// <inheritdoc/>
    public void RemoveAt(int index) => Writable().RemoveAt(index);

    /// <inheritdoc/>
    public void Clear() => Writable().Clear();

    /// <inheritdoc/>
    public bool Contains(Entry item) => _entries.Contains(item);

    /// <inheritdoc/>
    public int IndexOf(Entry item) => _entries.IndexOf(item);

    /// <inheritdoc/>
    public void CopyTo(Entry[] array, int arrayIndex) => _entries.CopyTo(array, arrayIndex);

    /// <inheritdoc/>
    public IEnumerator<Entry> GetEnumerator() => _entries.GetEnumerator();

    IEnumerator IEnumerable.GetEnumerator() => _entries.GetEnumerator();

    private static Entry NotNull(Entry item)
    {
        ArgumentNullException.ThrowIfNull(item);
        return item;
    }

    private List<Entry> Writable() => IsReadOnly ? throw new InvalidOperationException("This metadata is read-only.") : _entries;

    /// <summary>One key with its value. Immutable.</summary>
    public class Entry
    {
        private readonly string? _text;
        private readonly byte[]? _bytes;

        /// <summary>Binary. The key ends in <c>-bin</c>; the bytes are copied.</summary>
        public Entry(string key, byte[] valueBytes)
        {
            ArgumentNullException.ThrowIfNull(valueBytes);
            Key = Normalise(key);
            if (!IsBinaryKey(Key))
            {
                throw new ArgumentException($"The key of a binary entry ends in '{BinaryHeaderSuffix}'.", nameof(key));
            }

            _bytes = [.. valueBytes];
        }

        /// <summary>Text, printable ASCII. The key does not end in <c>-bin</c>.</summary>
        public Entry(string key, string value)
        {
            ArgumentNullException.ThrowIfNull(value);
            Key = Normalise(key);
            if (IsBinaryKey(Key))
            {
                throw new ArgumentException($"A key that ends in '{BinaryHeaderSuffix}' takes bytes.", nameof(key));
            }

            _text = value;
        }

        /// <summary>The key, in lower case.</summary>
        public string Key { get; }

        /// <summary>Whether the value is bytes.</summary>
        public bool IsBinary => _text is null;

        /// <summary>The value as bytes (a copy); text as ASCII.</summary>
        public byte[] ValueBytes => _bytes is null ? Encoding.ASCII.GetBytes(_text!) : [.. _bytes];

        /// <summary>The value as text.</summary>
        /// <exception cref="InvalidOperationException">The entry is binary.</exception>
        public string Value => _text ?? throw new InvalidOperationException("A binary entry has no text.");

        /// <summary>The bytes without a copy: for writing them to the wire.</summary>
        internal ReadOnlySpan<byte> Bytes => _bytes;

        /// <inheritdoc/>
        public override string ToString() => _text is null
            ? string.Create(CultureInfo.InvariantCulture, $"[Entry: key={Key}, {_bytes!.Length} bytes]")
            : $"[Entry: key={Key}, value={_text}]";

        internal static bool IsBinaryKey(string key) => key.EndsWith(BinaryHeaderSuffix, StringComparison.Ordinal);

        internal bool HasKey(string key) => string.Equals(Key, key, StringComparison.OrdinalIgnoreCase);

        /// <summary>Whether a header's name can be a key: HTTP permits more characters than gRPC does.</summary>
        internal static bool IsKey(ReadOnlySpan<char> name)
        {
            foreach (var character in name)
            {
                if (!char.IsAsciiLetterOrDigit(character) && character is not ('.' or '_' or '-'))
                {
                    return false;
                }
            }

            return true;
        }

        private static string Normalise(string key)
        {
            ArgumentNullException.ThrowIfNull(key);
            return IsKey(key)
                ? key.ToLowerInvariant()
                : throw new ArgumentException("A metadata key has ASCII letters, digits, '.', '_' and '-' only.", nameof(key));
        }
    }
}
