using System.Reflection;
using Exchange.Tests;
using Grpc.AspNetCore.Server;
using Grpc.Core;
using Grpc.Net.Client;

namespace Exchange.Grpc.Tests;

/// <summary>The public surface is that of the packages, or less. A difference to the list is a decision: update PublicApi.txt with it.</summary>
public sealed class PublicApiTests
{
    private const BindingFlags Declared = BindingFlags.Public | BindingFlags.NonPublic | BindingFlags.Instance | BindingFlags.Static | BindingFlags.DeclaredOnly;

    [Fact]
    public void Nothing_is_public_that_the_list_does_not_name()
    {
        var listed = File.ReadAllLines(Path.Combine(Prerequisites.Repository, "tests", "Grpc", "PublicApi.txt"));
        string[] actual = [.. new[] { typeof(Status), typeof(GrpcChannel), typeof(GrpcServiceOptions) }.SelectMany(type => Describe(type.Assembly))];

        actual.Except(listed).ShouldBeEmpty("these are public and not listed");
        listed.Except(actual).ShouldBeEmpty("these are listed and gone");
    }

    private static IEnumerable<string> Describe(Assembly assembly) => assembly.GetExportedTypes()
        .SelectMany(type => type.GetMembers(Declared).Where(IsVisible).Select(member => $"{type.FullName}: {member.MemberType} {member}").Prepend($"{type.FullName}"))
        .Order(StringComparer.Ordinal);

    private static bool IsVisible(MemberInfo member) => member switch
    {
        MethodBase method => method.IsPublic || method.IsFamily || method.IsFamilyOrAssembly,
        FieldInfo field => field.IsPublic || field.IsFamily || field.IsFamilyOrAssembly,
        PropertyInfo property => property.GetAccessors(nonPublic: true).Any(IsVisible),
        EventInfo => true,
        _ => false, // Nested types are listed by themselves.
    };
}
