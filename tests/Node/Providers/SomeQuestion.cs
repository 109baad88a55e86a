using Exchange.Cli.Demo.World;
using Exchange.Documents;
using Exchange.Node.Providers;
using Exchange.Policy.Loading;
using Exchange.Policy.Minimisation;
using Exchange.Policy.Model;

namespace Exchange.Node.Tests.Providers;

/// <summary>Questions about purchases, as the node asks them.</summary>
internal static class SomeQuestion
{
    internal static Dataset Purchases { get; } = Load();

    internal static QuestionForm Form(in FieldSet leaves) => QuestionForm.For(Purchases, DemoMembers.TaxDeduction, leaves);

    private static Dataset Load()
    {
        var diagnostics = new List<Diagnostic>();
        var catalogue = DatasetLoader.Load(Path.Combine(AppContext.BaseDirectory, "datasets"), diagnostics);
        diagnostics.ShouldBeEmpty();
        return catalogue!.TryFind(DemoMembers.Purchases, out var dataset) ? dataset : throw new InvalidOperationException("The dataset is missing.");
    }
}
