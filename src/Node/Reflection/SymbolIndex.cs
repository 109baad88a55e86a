using Google.Protobuf;
using Google.Protobuf.Reflection;
using ServiceDescriptor = Google.Protobuf.Reflection.ServiceDescriptor;

namespace Exchange.Node.Reflection;

/// <summary>Where everything is declared that the node's services are made of: built once, then only read.</summary>
internal sealed class SymbolIndex
{
    private readonly Dictionary<string, FileDescriptor> _files = new(StringComparer.Ordinal);
    private readonly Dictionary<string, FileDescriptor> _symbols = new(StringComparer.Ordinal);
    private readonly Dictionary<string, SortedDictionary<int, FileDescriptor>> _extensions = new(StringComparer.Ordinal);

    /// <summary>Over services and what they are made of.</summary>
    /// <param name="services">What is listed.</param>
    /// <param name="besides">Files that no service imports and answers may nevertheless bear, such as details of errors.</param>
    internal SymbolIndex(IEnumerable<ServiceDescriptor> services, IEnumerable<FileDescriptor> besides)
    {
        ServiceDescriptor[] listed = [.. services];
        Services = [.. listed.Select(service => service.FullName).Order(StringComparer.Ordinal)];
        foreach (var file in listed.Select(service => service.File).Concat(besides))
        {
            Add(file);
        }
    }

    /// <summary>The full names of the services, in order.</summary>
    internal IReadOnlyList<string> Services { get; }

    internal FileDescriptor? FileNamed(string name) => _files.GetValueOrDefault(name);

    /// <summary>The file that declares a service, method, message, enum, value, field, oneof or extension.</summary>
    internal FileDescriptor? FileOfSymbol(string fullName) => _symbols.GetValueOrDefault(fullName);

    internal FileDescriptor? FileOfExtension(string type, int number) => _extensions.GetValueOrDefault(type)?.GetValueOrDefault(number);

    /// <summary>The numbers by which a message is extended, in order; null if there is no such message.</summary>
    internal IEnumerable<int>? ExtensionsOf(string type) => _extensions.GetValueOrDefault(type)?.Keys;

    /// <summary>A file and all that it imports, each once, serialised.</summary>
    internal static IEnumerable<ByteString> WithImports(FileDescriptor file)
    {
        var seen = new HashSet<string>(StringComparer.Ordinal) { file.Name };
        var open = new Queue<FileDescriptor>([file]);
        while (open.TryDequeue(out var next))
        {
            yield return next.SerializedData;
            foreach (var import in next.Dependencies.Where(import => seen.Add(import.Name)))
            {
                open.Enqueue(import);
            }
        }
    }

    private void Add(FileDescriptor file)
    {
        if (!_files.TryAdd(file.Name, file))
        {
            return;
        }

        foreach (var import in file.Dependencies)
        {
            Add(import);
        }

        foreach (var message in file.MessageTypes)
        {
            Add(message);
        }

        foreach (var enumeration in file.EnumTypes)
        {
            Add(enumeration);
        }

        foreach (var service in file.Services)
        {
            _symbols[service.FullName] = file;
            foreach (var method in service.Methods)
            {
                _symbols[method.FullName] = file;
            }
        }

        Add(file.Extensions);
    }

    private void Add(MessageDescriptor message)
    {
        _symbols[message.FullName] = message.File;
        _extensions.TryAdd(message.FullName, []);
        foreach (var field in message.Fields.InDeclarationOrder())
        {
            _symbols[field.FullName] = message.File;
        }

        foreach (var oneof in message.Oneofs)
        {
            _symbols[oneof.FullName] = message.File;
        }

        foreach (var nested in message.NestedTypes)
        {
            Add(nested);
        }

        foreach (var enumeration in message.EnumTypes)
        {
            Add(enumeration);
        }

        Add(message.Extensions);
    }

    private void Add(EnumDescriptor enumeration)
    {
        _symbols[enumeration.FullName] = enumeration.File;

        // The values of an enum are its siblings, not its children (descriptor.proto, EnumValueDescriptorProto).
        var scope = enumeration.FullName[..^enumeration.Name.Length];
        foreach (var value in enumeration.Values)
        {
            _symbols[scope + value.Name] = enumeration.File;
        }
    }

    private void Add(ExtensionCollection extensions)
    {
        foreach (var extension in extensions.UnorderedExtensions)
        {
            _symbols[extension.FullName] = extension.File;
            var extended = extension.ExtendeeType.FullName;
            _extensions.TryAdd(extended, []);
            _extensions[extended][extension.FieldNumber] = extension.File;
        }
    }
}
