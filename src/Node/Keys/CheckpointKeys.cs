using System.Security.Cryptography;
using Exchange.Audit.Proofs.Notes;

namespace Exchange.Node.Keys;

/// <summary>
/// The keys under which the log's checkpoints are signed, one of each kind that readers of notes know. They sign nothing else: an ECDSA
/// signature of a note says nothing of what it is about. During a change the former keys sign as well, so that whoever has pinned them alone
/// can still read what the log promises.
/// </summary>
internal sealed class CheckpointKeys : IDisposable
{
    private readonly List<ECDsa> _owned = [];

    /// <summary>Reads the keys that the configuration names.</summary>
    /// <exception cref="InvalidDataException">A file holds another kind of key than it should.</exception>
    internal CheckpointKeys(NodeConfiguration configuration)
    {
        var origin = configuration.Origin;
        Ed25519 = ReadEd25519(origin, configuration.CheckpointEd25519Key);
        Ecdsa = ReadEcdsa(origin, configuration.CheckpointEcdsaKey);
        Signers =
        [
            Ed25519,
            Ecdsa,
            .. configuration.Former.CheckpointEd25519 is { } ed25519 ? [ReadEd25519(origin, ed25519)] : Array.Empty<INoteSigner>(),
            .. configuration.Former.CheckpointEcdsa is { } ecdsa ? [ReadEcdsa(origin, ecdsa)] : Array.Empty<INoteSigner>(),
        ];
    }

    internal INoteSigner Ed25519 { get; }

    internal INoteSigner Ecdsa { get; }

    /// <summary>All that sign a checkpoint, those of today first.</summary>
    internal IReadOnlyList<INoteSigner> Signers { get; }

    /// <inheritdoc/>
    public void Dispose() => _owned.ForEach(key => key.Dispose());

    /// <summary>Reads an Ed25519 key of a log.</summary>
    /// <exception cref="InvalidDataException">The file holds none.</exception>
    internal static INoteSigner ReadEd25519(string origin, string file) => Ed25519Pem.Read(File.ReadAllText(file)) is { } seed
        ? Ed25519NoteKey.Signer(origin, seed)
        : throw new InvalidDataException($"{file} holds no private Ed25519 key in PEM (PKCS #8); 'exchange certs keys' makes one.");

    private INoteSigner ReadEcdsa(string origin, string file)
    {
        _owned.Add(P256Pem.Read(file));
        return EcdsaNoteKey.Signer(origin, _owned[^1]);
    }
}
