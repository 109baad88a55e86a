using Exchange.Annotations.V1;
using Google.Protobuf;
using Google.Protobuf.Reflection;

namespace Exchange.Policy.Loading;

/// <summary>Builds descriptors from what protoc wrote with <c>--include_imports --descriptor_set_out</c>.</summary>
internal static class DescriptorSet
{
    // Both to the parser and to the builder, or the options vanish in silence.
    private static readonly ExtensionRegistry Annotations =
        [AnnotationsExtensions.Category, AnnotationsExtensions.Constraint, AnnotationsExtensions.Dataset];

    /// <summary>The set's own files, without what they import from protobuf and from our annotations; null when it cannot be read.</summary>
    internal static IReadOnlyList<FileDescriptor>? Read(byte[] bytes, List<string> mistakes)
    {
        try
        {
            var set = FileDescriptorSet.Parser.WithExtensionRegistry(Annotations).ParseFrom(bytes);
            foreach (var file in set.File.Where(file => !IsExempt(file.Package) && file.Syntax != "proto3"))
            {
                // This runtime builds editions files with wrong presence and packing, so they must not come so far.
                mistakes.Add($"{file.Name} is not proto3; the file must say syntax = \"proto3\"");
            }

            if (mistakes.Count > 0)
            {
                return null;
            }

            var needed = WithoutOptionsOnly(InOrderOfDependency(set.File));
            var built = FileDescriptor.BuildFromByteStrings(needed.Select(file => file.ToByteString()), Annotations);
            return [.. built.Where(file => !IsExempt(file.Package))];
        }
        catch (Exception malformed) when (malformed is InvalidProtocolBufferException or DescriptorValidationException or ArgumentException or InvalidDataException)
        {
            mistakes.Add("not a descriptor set of protoc --include_imports --descriptor_set_out: " + malformed.Message.TrimEnd('.'));
            return null;
        }
    }

    private static bool IsExempt(string package) => package is "google.protobuf" or "exchange.annotations.v1";

    /// <summary>
    /// Every dataset imports our annotations, and they descriptor.proto, only to write options, which the registry reads without them. Building
    /// those two anew for each dataset was a quarter of what a load allocates.
    /// </summary>
    private static List<FileDescriptorProto> WithoutOptionsOnly(List<FileDescriptorProto> files)
    {
        var optionsOnly = files.Where(file => file.Name == "google/protobuf/descriptor.proto" || file.Package == "exchange.annotations.v1").Select(file => file.Name).ToHashSet(StringComparer.Ordinal);
        if (files.Any(file => file.PublicDependency.Count > 0 || file.WeakDependency.Count > 0))
        {
            return files; // Those count their imports by place.
        }

        var needed = files.Where(file => !optionsOnly.Contains(file.Name)).ToList();
        foreach (var file in needed)
        {
            var imports = file.Dependency.Where(import => !optionsOnly.Contains(import)).ToList();
            file.Dependency.Clear();
            file.Dependency.AddRange(imports);
        }

        return needed;
    }

    /// <summary>Imported before importing: the builder needs it, and only protoc promises it.</summary>
    private static List<FileDescriptorProto> InOrderOfDependency(IEnumerable<FileDescriptorProto> files)
    {
        var byName = files.ToDictionary(file => file.Name, StringComparer.Ordinal);
        var ordered = new List<FileDescriptorProto>(byName.Count);
        var seen = new HashSet<string>(StringComparer.Ordinal);

        void Visit(string name)
        {
            if (!seen.Add(name))
            {
                return;
            }

            if (!byName.TryGetValue(name, out var file))
            {
                throw new InvalidDataException($"{name} is imported and not included");
            }

            foreach (var dependency in file.Dependency)
            {
                Visit(dependency);
            }

            ordered.Add(file);
        }

        foreach (var name in byName.Keys)
        {
            Visit(name);
        }

        return ordered;
    }
}
