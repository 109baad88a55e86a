using System.Diagnostics;
using System.Reflection;

namespace Exchange.Policy.Tests.Loading;

/// <summary>The compiler that compiles the real datasets, on small ones written down beside what is expected of them.</summary>
internal static class Protoc
{
    private const string Heading = """
        import "exchange/annotations/v1/annotations.proto";
        import "google/protobuf/timestamp.proto";
        """;

    /// <summary>A descriptor set of one proto3 file in the package that the dataset's id asks for.</summary>
    internal static byte[] Compile(string datasetId, string body) =>
        CompileFile(datasetId, $"syntax = \"proto3\";\npackage exchange.datasets.{datasetId};\n{Heading}\n{Shorten(body)}");

    /// <summary>A descriptor set of one file, whole as given.</summary>
    internal static byte[] CompileFile(string name, string source)
    {
        var folder = Directory.CreateTempSubdirectory("protos-");
        try
        {
            var file = Path.Combine(folder.FullName, name + ".proto");
            var output = Path.Combine(folder.FullName, name + ".binpb");
            File.WriteAllText(file, source);
            string[] imports = [folder.FullName, Path.Combine(Exchange.Tests.Prerequisites.Repository, "protos"), Built("ProtocImports")];
            using var protoc = Process.Start(new ProcessStartInfo(
                Built("Protoc"),
                [.. imports.Select(import => "--proto_path=" + import), "--include_imports", "--descriptor_set_out=" + output, file])
            { RedirectStandardError = true, UseShellExecute = false })!;
            var said = protoc.StandardError.ReadToEnd();
            protoc.WaitForExit();
            protoc.ExitCode.ShouldBe(0, said);
            return File.ReadAllBytes(output);
        }
        finally
        {
            folder.Delete(recursive: true);
        }
    }

    // Tests read better without the annotations' package: [category = TAX], option dataset = {...}.
    private static string Shorten(string body) => body
        .Replace("category = ", "(exchange.annotations.v1.category) = ", StringComparison.Ordinal)
        .Replace("constraint = ", "(exchange.annotations.v1.constraint) = ", StringComparison.Ordinal)
        .Replace("option dataset", "option (exchange.annotations.v1.dataset)", StringComparison.Ordinal);

    private static string Built(string key) => typeof(Protoc).Assembly.GetCustomAttributes<AssemblyMetadataAttribute>().First(attribute => attribute.Key == key).Value!;
}
