using System.Security.Cryptography.X509Certificates;
using System.Text;
using Grpc.Core;

namespace Grpc.AspNetCore.Server.Calls;

/// <summary>The client's certificate in gRPC's words (the property names of grpc/grpc's TLS transport).</summary>
internal static class PeerCertificate
{
    private const string AlternativeName = "x509_subject_alternative_name";
    private const string CommonName = "x509_common_name";

    private static readonly AuthContext Unauthenticated = new(null, []);

    public static AuthContext Describe(X509Certificate2? certificate)
    {
        if (certificate is null)
        {
            return Unauthenticated;
        }

        var properties = new Dictionary<string, List<AuthProperty>>();
        var names = certificate.Extensions.OfType<X509SubjectAlternativeNameExtension>().SelectMany(extension => extension.EnumerateDnsNames());
        Add(properties, AlternativeName, names);
        Add(properties, CommonName, [certificate.GetNameInfo(X509NameType.SimpleName, forIssuer: false)]);
        var identity = properties.ContainsKey(AlternativeName) ? AlternativeName : properties.ContainsKey(CommonName) ? CommonName : null;
        return new AuthContext(identity, properties);
    }

    private static void Add(Dictionary<string, List<AuthProperty>> properties, string name, IEnumerable<string> values)
    {
        List<AuthProperty> named = [.. values.Where(value => value.Length > 0).Select(value => AuthProperty.Create(name, Encoding.UTF8.GetBytes(value)))];
        if (named.Count > 0)
        {
            properties[name] = named;
        }
    }
}
