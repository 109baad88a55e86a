using System.Reflection;
using Exchange.Client;

namespace Exchange.Architecture.Tests.References;

/// <summary>Members build on the SDK; what its surface shows cannot be exchanged any more.</summary>
public sealed class ClientSurfaceTests
{
    private const BindingFlags Declared = BindingFlags.Public | BindingFlags.NonPublic | BindingFlags.Instance | BindingFlags.Static | BindingFlags.DeclaredOnly;

    [Fact]
    public void The_client_shows_no_type_of_gRPC()
    {
        var shown = typeof(ExchangeClient).Assembly.GetExportedTypes()
            .SelectMany(type => Shown(type).SelectMany(Parts).Select(part => (Shows: type, Shown: part)))
            .ToList();

        shown.ShouldContain(pair => pair.Shows == typeof(ExchangeClient) && pair.Shown == typeof(FetchedPage), "the walk must reach what methods return");
        shown.Where(pair => IsGrpc(pair.Shown)).Select(pair => $"{pair.Shows} shows {pair.Shown}").Distinct().ShouldBeEmpty();
    }

    private static bool IsGrpc(Type type) =>
        type.Namespace?.StartsWith("Grpc.", StringComparison.Ordinal) == true || type.Assembly.GetName().Name!.Contains("Grpc", StringComparison.Ordinal);

    /// <summary>What somebody outside the assembly sees of a type.</summary>
    private static IEnumerable<Type> Shown(Type type)
    {
        IEnumerable<Type?> seen =
        [
            type.BaseType,
            .. type.GetInterfaces(),
            .. type.GetFields(Declared).Where(field => field.IsPublic || field.IsFamily || field.IsFamilyOrAssembly).Select(field => field.FieldType),
            .. type.GetConstructors(Declared).Where(IsVisible).SelectMany(Parameters),
            .. type.GetMethods(Declared).Where(IsVisible).SelectMany(method => Parameters(method).Append(method.ReturnType)),
        ];
        return seen.OfType<Type>();
    }

    private static bool IsVisible(MethodBase method) => method.IsPublic || method.IsFamily || method.IsFamilyOrAssembly;

    private static IEnumerable<Type> Parameters(MethodBase method) => method.GetParameters().Select(parameter => parameter.ParameterType);

    /// <summary>A type with what it is made of: elements of arrays, arguments of generics.</summary>
    private static IEnumerable<Type> Parts(Type type) => type.HasElementType
        ? Parts(type.GetElementType()!)
        : type.GetGenericArguments().SelectMany(Parts).Append(type);
}
