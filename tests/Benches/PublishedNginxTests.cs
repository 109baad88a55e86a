using Exchange.Benches.Load.Transfers.Servers;

namespace Exchange.Benches.Tests;

/// <summary>Whoever doubts the comparison reads nginx's configuration in the documents; it has to be the one that ran.</summary>
public sealed class PublishedNginxTests
{
    [Fact]
    public void The_documents_show_the_configuration_that_runs()
    {
        var page = File.ReadAllText(Path.Combine(Root(), "docs", "performance.md"));

        page.ShouldContain(Nginx.Configuration("../certs", port: 8443, providerPort: 9443));
    }

    private static string Root()
    {
        var folder = new DirectoryInfo(AppContext.BaseDirectory);
        while (!File.Exists(Path.Combine(folder.FullName, "Exchange.sln")))
        {
            folder = folder.Parent ?? throw new DirectoryNotFoundException("The tests run outside the repository.");
        }

        return folder.FullName;
    }
}
