using System.Buffers.Binary;
using System.Security.Cryptography;
using Exchange.Envelopes.Hpke;
using Exchange.Envelopes.Reading;
using Exchange.Format.V1;
using Exchange.Vocabulary;

namespace Exchange.Envelopes;

/// <summary>
/// Opens what was sealed to one key of one member. Strict: what is not exactly as docs/formats.md says is rejected. Safe for concurrent
/// use. The caller keeps the private key and disposes of it after the opener.
/// </summary>
public sealed class EnvelopeOpener : IDisposable
{
    private readonly Lock _keyGate = new();
    private readonly ECDiffieHellman _privateKey;
    private readonly MemberId _recipient;
    private readonly byte[] _publicKey;
    private readonly ExporterSecrets _secrets = new();

    /// <summary>Takes a private key on P-256.</summary>
    /// <param name="privateKey">The key; one that cannot be exported will do.</param>
    /// <param name="recipient">The member whose key it is.</param>
    /// <exception cref="ArgumentException">The key is not on P-256.</exception>
    public EnvelopeOpener(ECDiffieHellman privateKey, MemberId recipient)
    {
        _privateKey = privateKey;
        _recipient = recipient;
        _publicKey = P256Point.Export(privateKey);
        KeyId = KeyThumbprint.OfP256(privateKey.ExportParameters(includePrivateParameters: false));
    }

    /// <summary>Thumbprint of the key; an envelope's header names the one that it was sealed to.</summary>
    public Digest KeyId { get; }

    /// <summary>Opens an envelope. Does not look at its receipt: <see cref="EnvelopeCheck"/> does.</summary>
    /// <exception cref="EnvelopeRejectedException">Anything is wrong; nothing of the envelope may be used.</exception>
    public OpenedEnvelope Open(Envelope envelope)
    {
        var header = HeaderReader.Read(envelope.Header.Span);
        RequireAddressedHere(header);

        var ciphertext = envelope.Ciphertext.Span;
        var paddedSize = ciphertext.Length - MessageCipher.TagSize;
        if (paddedSize < Padding.MinimumSize)
        {
            throw new EnvelopeRejectedException(EnvelopeFault.NotAuthentic, "The ciphertext is shorter than any that is ever sealed.");
        }

        // Not pooled: the records become windows on it and live as long as the caller likes.
        var plaintext = new byte[paddedSize];
        Decrypt(envelope, header, ciphertext[..paddedSize], ciphertext[paddedSize..], plaintext);

        var payloadBytes = Unpad(plaintext);
        var payload = ReadPayload(payloadBytes, out var commitment);
        RequirePadding(plaintext, payloadBytes.Length, payload);
        var digest = ObjectDigest.Compute(envelope.Header.Span, envelope.EncapsulatedKey.Span, ciphertext);
        return new OpenedEnvelope(header, payload, digest, commitment.Value);
    }

    /// <summary>Zeroes the secrets that it keeps.</summary>
    public void Dispose() => _secrets.Dispose();

    private void RequireAddressedHere(TransferHeader header)
    {
        if (header.Consumer != _recipient.Value)
        {
            throw new EnvelopeRejectedException(EnvelopeFault.OtherRecipient, "The envelope is for another member.");
        }

        var keyId = new Digest(header.RecipientKeyId.Span);
        if (keyId != KeyId)
        {
            throw new EnvelopeRejectedException(EnvelopeFault.OtherKey, $"The envelope is sealed to the key {keyId}, this one is {KeyId}.");
        }
    }

    private void Decrypt(Envelope envelope, TransferHeader header, ReadOnlySpan<byte> ciphertext, ReadOnlySpan<byte> tag, Span<byte> plaintext)
    {
        _ = TransferId.TryRead(header.TransferId.Span, out var id);
        var encapsulatedKey = envelope.EncapsulatedKey.Span;
        var info = EncapsulationInfo.Write(header.Origin, _recipient, KeyId);
        Span<byte> secret = stackalloc byte[LabeledHkdf.HashSize];
        try
        {
            var known = _secrets.TryCopy(encapsulatedKey, info, secret);
            if (!known)
            {
                Decapsulate(encapsulatedKey, info, secret);
            }

            if (!MessageCipher.TryOpen(secret, id, envelope.Header.Span, ciphertext, tag, plaintext))
            {
                throw new EnvelopeRejectedException(EnvelopeFault.NotAuthentic, "Header, encapsulated key or ciphertext is not what was sealed.");
            }

            // Only a context that has opened something is worth keeping: strangers cannot push out what is in use.
            if (!known)
            {
                _secrets.Keep(encapsulatedKey, info, secret);
            }
        }
        finally
        {
            CryptographicOperations.ZeroMemory(secret);
        }
    }

    private void Decapsulate(ReadOnlySpan<byte> encapsulatedKey, ReadOnlySpan<byte> info, Span<byte> exporterSecret)
    {
        if (!P256Point.TryImport(encapsulatedKey, out var ephemeral))
        {
            throw new EnvelopeRejectedException(EnvelopeFault.EncapsulatedKeyInvalid, "The encapsulated key is not an uncompressed point of P-256.");
        }

        using (ephemeral)
        using (var ephemeralPublic = ephemeral.PublicKey)
        {
            Span<byte> sharedSecret = stackalloc byte[Dhkem.SharedSecretSize];
            lock (_keyGate)
            {
                Dhkem.Agree(_privateKey, ephemeralPublic, encapsulatedKey, _publicKey, sharedSecret);
            }

            KeySchedule.DeriveExporterSecret(sharedSecret, info, exporterSecret);
            CryptographicOperations.ZeroMemory(sharedSecret);
        }
    }

    private static ReadOnlyMemory<byte> Unpad(byte[] plaintext)
    {
        var length = BinaryPrimitives.ReadUInt32BigEndian(plaintext);
        if (length > plaintext.Length - sizeof(uint))
        {
            throw new EnvelopeRejectedException(EnvelopeFault.LengthInvalid, $"The payload claims {length} bytes, more than the plaintext has.");
        }

        return plaintext.AsMemory(sizeof(uint), (int)length);
    }

    private static void RequirePadding(byte[] plaintext, int payloadLength, Payload payload)
    {
        var end = sizeof(uint) + payloadLength;
        if (Padding.PaddedSize(end, payload.Answers.Count > 0 && payload.Records.Count == 0) != plaintext.Length || plaintext.AsSpan(end).ContainsAnyExcept((byte)0))
        {
            throw new EnvelopeRejectedException(EnvelopeFault.PaddingInvalid, "The padding is not zeros of exactly the prescribed size.");
        }
    }

    private static Payload ReadPayload(ReadOnlyMemory<byte> bytes, out PayloadCommitment commitment)
    {
        var fieldsSize = bytes.Length - PayloadCommitment.SaltFieldSize;
        if (fieldsSize < 0 || !bytes.Span[fieldsSize..].StartsWith(PayloadCommitment.SaltFieldStart))
        {
            throw new EnvelopeRejectedException(EnvelopeFault.SaltMissing, "The payload does not end with the salt of its commitment.");
        }

        var salt = bytes.Span[^PayloadCommitment.SaltSize..];
        commitment = PayloadCommitment.Compute(salt, bytes.Span[..fieldsSize]);
        return PayloadReader.Read(bytes[..fieldsSize], salt)
            ?? throw new EnvelopeRejectedException(EnvelopeFault.PayloadMalformed, "The payload is not in canonical serialisation.");
    }
}
