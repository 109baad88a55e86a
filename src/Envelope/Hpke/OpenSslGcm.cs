using System.Runtime.InteropServices;
using System.Security.Cryptography;

namespace Exchange.Envelopes.Hpke;

/// <summary>
/// AES-256-GCM by OpenSSL, each message under a key of its own. .NET makes a cipher context for each key and throws it away, which costs two
/// microseconds more than the encryption; here a thread keeps one context and gives it the next key. The same library does the same work. Where it
/// is not there, or a trial comes out differently, <see cref="AesGcm"/> serves.
/// </summary>
internal static unsafe class OpenSslGcm
{
    private const int GetTag = 0x10; // EVP_CTRL_AEAD_GET_TAG
    private const int KeySize = 32;
    private const int NonceSize = 12;

    private static readonly delegate* unmanaged<nint> NewContext;
    private static readonly delegate* unmanaged<nint, void> FreeContext;
    private static readonly delegate* unmanaged<nint> Aes256Gcm;
    private static readonly delegate* unmanaged<nint, nint, nint, byte*, byte*, int> Begin;
    private static readonly delegate* unmanaged<nint, byte*, int*, byte*, int, int> Add;
    private static readonly delegate* unmanaged<nint, byte*, int*, int> End;
    private static readonly delegate* unmanaged<nint, int, int, void*, int> Control;

    /// <summary>Whether the functions are there and seal as .NET does.</summary>
    internal static readonly bool IsThere;

    [ThreadStatic]
    private static Context? _context;

    static OpenSslGcm()
    {
        // Whoever calls the library first decides how it ends. .NET leaves it standing at the process's end, with threads still at work in it.
        _ = SHA256.HashData([]);
        if (OperatingSystem.IsLinux()
            && NativeLibrary.TryLoad("libcrypto.so.3", out var library)
            && NativeLibrary.TryGetExport(library, "EVP_CIPHER_CTX_new", out var newContext)
            && NativeLibrary.TryGetExport(library, "EVP_CIPHER_CTX_free", out var freeContext)
            && NativeLibrary.TryGetExport(library, "EVP_aes_256_gcm", out var aes256Gcm)
            && NativeLibrary.TryGetExport(library, "EVP_EncryptInit_ex", out var begin)
            && NativeLibrary.TryGetExport(library, "EVP_EncryptUpdate", out var add)
            && NativeLibrary.TryGetExport(library, "EVP_EncryptFinal_ex", out var end)
            && NativeLibrary.TryGetExport(library, "EVP_CIPHER_CTX_ctrl", out var control))
        {
            NewContext = (delegate* unmanaged<nint>)newContext;
            FreeContext = (delegate* unmanaged<nint, void>)freeContext;
            Aes256Gcm = (delegate* unmanaged<nint>)aes256Gcm;
            Begin = (delegate* unmanaged<nint, nint, nint, byte*, byte*, int>)begin;
            Add = (delegate* unmanaged<nint, byte*, int*, byte*, int, int>)add;
            End = (delegate* unmanaged<nint, byte*, int*, int>)end;
            Control = (delegate* unmanaged<nint, int, int, void*, int>)control;
            IsThere = Agrees();
        }
    }

    /// <summary>Encrypts in place.</summary>
    /// <param name="key">32 bytes.</param>
    /// <param name="nonce">12 bytes.</param>
    /// <param name="header">Associated data.</param>
    /// <param name="text">Replaced by the ciphertext.</param>
    /// <param name="tag">Receives 16 bytes.</param>
    /// <exception cref="CryptographicException">OpenSSL did not do it.</exception>
    internal static void Seal(ReadOnlySpan<byte> key, ReadOnlySpan<byte> nonce, ReadOnlySpan<byte> header, Span<byte> text, Span<byte> tag)
    {
        if (key.Length != KeySize || nonce.Length != NonceSize || tag.Length != MessageCipher.TagSize)
        {
            throw new ArgumentException("Key, nonce and tag are 32, 12 and 16 bytes.", nameof(key));
        }

        var context = _context ??= new Context();
        var sealedWhole = Seal(context.Address, key, nonce, header, text, tag);

        // The key of a message does not wait for the next one: the context forgets it under a key of zeros.
        ReadOnlySpan<byte> nothing = [0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0];
        if (!Rekey(context.Address, nothing, nothing) || !sealedWhole)
        {
            _context = null;
            context.Dispose();
            throw new CryptographicException("OpenSSL did not encrypt.");
        }
    }

    private static bool Seal(nint context, ReadOnlySpan<byte> key, ReadOnlySpan<byte> nonce, ReadOnlySpan<byte> header, Span<byte> text, Span<byte> tag)
    {
        int written;
        var rest = stackalloc byte[MessageCipher.TagSize]; // GCM has no last block; OpenSSL wants room for one.
        fixed (byte* associated = header, bytes = text, code = tag)
        {
            return Rekey(context, key, nonce)
                && (header.IsEmpty || Add(context, null, &written, associated, header.Length) == 1)
                && (text.IsEmpty || (Add(context, bytes, &written, bytes, text.Length) == 1 && written == text.Length))
                && End(context, rest, &written) == 1
                && Control(context, GetTag, tag.Length, code) == 1;
        }
    }

    private static bool Rekey(nint context, ReadOnlySpan<byte> key, ReadOnlySpan<byte> nonce)
    {
        fixed (byte* secret = key, number = nonce)
        {
            return Begin(context, 0, 0, secret, number) == 1;
        }
    }

    /// <summary>Two messages through one context, held against .NET's.</summary>
    private static bool Agrees()
    {
        try
        {
            for (byte message = 1; message <= 2; message++)
            {
                byte[] key = [.. Enumerable.Repeat(message, KeySize)], nonce = [.. Enumerable.Repeat(message, NonceSize)], text = [.. Enumerable.Repeat(message, 100)];
                byte[] expected = new byte[text.Length], expectedTag = new byte[MessageCipher.TagSize], tag = new byte[MessageCipher.TagSize];
                using var platform = new AesGcm(key, MessageCipher.TagSize);
                platform.Encrypt(nonce, text, expected, expectedTag, key);
                Seal(key, nonce, key, text, tag);
                if (!text.AsSpan().SequenceEqual(expected) || !tag.AsSpan().SequenceEqual(expectedTag))
                {
                    return false;
                }
            }

            return true;
        }
        catch (CryptographicException)
        {
            return false;
        }
    }

    /// <summary>A thread's context; freed, and zeroed by OpenSSL, once the thread has ended.</summary>
    private sealed class Context : SafeHandle
    {
        internal Context()
            : base(0, ownsHandle: true)
        {
            SetHandle(NewContext());
            if (IsInvalid || Begin(handle, Aes256Gcm(), 0, null, null) != 1)
            {
                Dispose();
                throw new CryptographicException("OpenSSL has no AES-256-GCM.");
            }
        }

        public override bool IsInvalid => handle == 0;

        /// <summary>Valid while the thread holds this object.</summary>
        internal nint Address => handle;

        protected override bool ReleaseHandle()
        {
            FreeContext(handle);
            return true;
        }
    }
}
