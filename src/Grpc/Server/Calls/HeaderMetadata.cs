using Grpc.Core;
using Grpc.Core.Wire;
using Microsoft.AspNetCore.Http;

namespace Grpc.AspNetCore.Server.Calls;

/// <summary>Metadata in the server's headers and trailers.</summary>
internal static class HeaderMetadata
{
    public static Metadata Read(IHeaderDictionary headers)
    {
        var metadata = new Metadata();
        foreach (var (name, values) in headers)
        {
            if (MetadataValue.IsReserved(name))
            {
                continue;
            }

            foreach (var value in values)
            {
                MetadataValue.Decode(metadata, name, value ?? string.Empty);
            }
        }

        return metadata;
    }

    public static void Write(IHeaderDictionary headers, Metadata metadata)
    {
        foreach (var entry in metadata)
        {
            if (!MetadataValue.IsReserved(entry.Key))
            {
                headers.Append(entry.Key, MetadataValue.Encode(entry));
            }
        }
    }

    /// <summary>Whether a list such as that of <c>grpc-accept-encoding</c> names an encoding.</summary>
    public static bool Accepts(ReadOnlySpan<char> accepted, ReadOnlySpan<char> encoding)
    {
        foreach (var part in accepted.Split(','))
        {
            if (accepted[part].Trim().SequenceEqual(encoding))
            {
                return true;
            }
        }

        return false;
    }
}
