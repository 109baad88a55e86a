using System.Security.Cryptography;

namespace Exchange.Node.Keys;

/// <summary>A private key on P-256 from a PEM file.</summary>
internal static class P256Pem
{
    /// <summary>Reads the key; the caller owns it.</summary>
    /// <exception cref="InvalidDataException">The file holds no private key on P-256.</exception>
    internal static ECDsa Read(string file)
    {
        var key = ECDsa.Create();
        try
        {
            key.ImportFromPem(File.ReadAllText(file));
            if (key.ExportParameters(true) is { D: not null } parameters && parameters.Curve.Oid.Value == ECCurve.NamedCurves.nistP256.Oid.Value)
            {
                return key;
            }
        }
        catch (Exception exception) when (exception is ArgumentException or CryptographicException)
        {
            key.Dispose();
            throw new InvalidDataException($"{file} holds no private key on P-256: {exception.Message}", exception);
        }

        key.Dispose();
        throw new InvalidDataException($"{file} holds no private key on P-256; 'exchange certs keys' makes one.");
    }
}
