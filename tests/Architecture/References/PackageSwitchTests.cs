using System.Diagnostics;
using System.Text.Json;
using Exchange.Tests;

namespace Exchange.Architecture.Tests.References;

/// <summary>The one switch between src/Grpc and the packages that it stands in for, as MSBuild evaluates it; nothing is restored here.</summary>
public sealed class PackageSwitchTests
{
    private static readonly string[] Packages = ["Grpc.Core.Api", "Grpc.Net.Client", "Grpc.AspNetCore.Server"];

    [Fact]
    public async Task With_the_switch_the_packages_take_the_place_of_src_Grpc()
    {
        using var node = await EvaluateAsync("-p:GrpcFromPackages=true");
        using var byDefault = await EvaluateAsync();

        Included(node, "PackageReference").Intersect(Packages).Order(StringComparer.Ordinal).ShouldBe(Packages.Order(StringComparer.Ordinal));
        Included(node, "ProjectReference").ShouldNotContain(project => project.Contains("Exchange.Grpc", StringComparison.Ordinal));
        Included(byDefault, "PackageReference").Intersect(Packages).ShouldBeEmpty();
        Included(byDefault, "ProjectReference").Count(project => project.Contains("Exchange.Grpc", StringComparison.Ordinal)).ShouldBe(3);
    }

    [Fact]
    public async Task With_the_switch_the_lock_files_of_the_default_are_not_in_the_way()
    {
        using var node = await EvaluateAsync("-p:GrpcFromPackages=true", "-p:CI=true");
        var properties = node.RootElement.GetProperty("Properties");

        properties.GetProperty("RestorePackagesWithLockFile").GetString().ShouldBe("false");
        properties.GetProperty("RestoreLockedMode").GetString().ShouldBe("false");

        // NuGet refuses (NU1005) to restore without a lock file where it finds one: it must look elsewhere.
        var path = properties.GetProperty("NuGetLockFilePath").GetString().ShouldNotBeNull();
        path.ShouldEndWith("/obj/packages.lock.json");
    }

    private static IEnumerable<string> Included(JsonDocument project, string item) =>
        project.RootElement.GetProperty("Items").GetProperty(item).EnumerateArray().Select(reference => reference.GetProperty("Identity").GetString()!);

    private static async Task<JsonDocument> EvaluateAsync(params string[] properties)
    {
        var start = new ProcessStartInfo(
            "dotnet",
            [
                "msbuild", Path.Combine(Prerequisites.Repository, "src", "Node", "Exchange.Node.csproj"), "-nodeReuse:false", .. properties,
                "-getItem:PackageReference", "-getItem:ProjectReference",
                "-getProperty:RestorePackagesWithLockFile", "-getProperty:RestoreLockedMode", "-getProperty:NuGetLockFilePath",
            ])
        {
            RedirectStandardOutput = true,
            UseShellExecute = false,
        };
        using var msbuild = Process.Start(start)!;
        var output = await msbuild.StandardOutput.ReadToEndAsync();
        await msbuild.WaitForExitAsync();
        msbuild.ExitCode.ShouldBe(0, output);
        return JsonDocument.Parse(output);
    }
}
