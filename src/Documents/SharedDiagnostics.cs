using System.Collections.ObjectModel;

namespace Exchange.Documents;

/// <summary>Lets several threads add to one collection, one at a time. It holds nothing itself.</summary>
internal sealed class SharedDiagnostics(ICollection<Diagnostic> target) : Collection<Diagnostic>
{
    private readonly Lock _turn = new();

    protected override void InsertItem(int index, Diagnostic item)
    {
        lock (_turn)
        {
            target.Add(item);
        }
    }
}
