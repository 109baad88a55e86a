using System.Globalization;
using System.Text;
using Exchange.Documents;
using Exchange.Policy.Loading;
using Exchange.Policy.Model;
using Exchange.Vocabulary;
using Google.Protobuf;
using Google.Protobuf.Reflection;

namespace Exchange.Benches.Micro.Policy;

/// <summary>
/// A policy as large as a whole country's might be, in a temporary folder: datasets that are copies of one that is shipped, under names of their
/// own, and rules over them in files of five hundred, with actions, obligations and assertions as real ones have them.
/// </summary>
internal sealed class LargePolicy : IDisposable
{
    internal const int Datasets = 1_000;
    internal const int Rules = 10_000;

    private const int RulesPerFile = 500;
    private const int Consumers = 100;
    private const string Package = "exchange.datasets.purchases.v1";

    private readonly DirectoryInfo _folder = Directory.CreateTempSubdirectory("large-policy-");
    private readonly List<Diagnostic> _mistakes = [];

    internal LargePolicy()
    {
        WriteDatasets();
        WritePolicy();
    }

    internal static MemberId Provider { get; } = MemberId.Parse("spiffe://exchange.test/market/sample");

    internal static PurposeId Purpose { get; } = PurposeId.Parse("purpose-1");

    internal static IReadOnlyDictionary<MemberId, MemberRoles> Members { get; } = Enumerable.Range(0, Consumers).Select(Consumer)
        .ToDictionary(consumer => consumer, _ => MemberRoles.Consumer)
        .Append(new(Provider, MemberRoles.Provider)).ToDictionary();

    public void Dispose() => _folder.Delete(recursive: true);

    /// <summary>The consumer of a rule, by the rule's number.</summary>
    internal static MemberId Consumer(int rule) => MemberId.Parse(string.Create(CultureInfo.InvariantCulture, $"spiffe://exchange.test/gov/consumer-{rule % Consumers}"));

    /// <summary>The dataset of a rule: ten rules share one, each for another consumer.</summary>
    internal static DatasetId Dataset(int rule) => DatasetId.Parse(Name(rule / (Rules / Datasets)));

    internal DatasetCatalogue LoadDatasets() => Sound(DatasetLoader.Load(Path.Combine(_folder.FullName, "datasets"), _mistakes));

    internal PolicySnapshot LoadPolicy(DatasetCatalogue datasets) => Sound(PolicyLoader.Load(Path.Combine(_folder.FullName, "policy"), datasets, Members, _mistakes));

    private T Sound<T>(T? loaded)
        where T : class => loaded ?? throw new InvalidOperationException(string.Join('\n', _mistakes.Take(5)));

    private static string Name(int dataset) => string.Create(CultureInfo.InvariantCulture, $"dataset_{dataset}.v1");

    private void WriteDatasets()
    {
        var folder = _folder.CreateSubdirectory("datasets").FullName;
        var original = FileDescriptorSet.Parser.ParseFrom(File.ReadAllBytes(Path.Combine(AppContext.BaseDirectory, "datasets", "purchases.v1.binpb")));
        for (var number = 0; number < Datasets; number++)
        {
            var set = original.Clone();
            var file = set.File[^1];
            file.Package = "exchange.datasets." + Name(number);
            foreach (var field in file.MessageType.SelectMany(message => message.Field).Where(field => field.HasTypeName))
            {
                field.TypeName = field.TypeName.Replace("." + Package + ".", $".{file.Package}.", StringComparison.Ordinal);
            }

            File.WriteAllBytes(Path.Combine(folder, Name(number) + ".binpb"), set.ToByteArray());
        }
    }

    private void WritePolicy()
    {
        var folder = _folder.CreateSubdirectory("policy").FullName;
        File.WriteAllText(Path.Combine(folder, "purposes.yaml"), "purposes:\n  - id: purpose-1\n    title: What it is for\n");
        for (var file = 0; file < Rules / RulesPerFile; file++)
        {
            var text = new StringBuilder("rules:\n");
            for (var number = file * RulesPerFile; number < (file + 1) * RulesPerFile; number++)
            {
                AppendRule(text, number);
            }

            File.WriteAllText(Path.Combine(folder, string.Create(CultureInfo.InvariantCulture, $"rules-{file}.yaml")), text.ToString());
        }
    }

    private static void AppendRule(StringBuilder text, int number) => text.Append(CultureInfo.InvariantCulture, $$"""
          - id: rule-{{number}}
            consumer: {{Consumer(number)}}
            provider: {{Provider}}
            dataset: {{Dataset(number)}}
            purpose: {{Purpose}}
            basis: consent
            fields:
              order_number: keep
              ordered_at: { generalise: month }
              total: keep
              items: keep
              items.barcode: drop
              receipt: keep
              receipt.buyer_inn: { mask: { last: 4 } }
              buyer.phone: pseudonymise
              delivery.zip_code: { generalise: { prefix: 3 } }
            assertions:
              - id: spent-over-threshold
                expression: sum(total) > {{number}} RUB
                window: 365d
            assertion_budget: { evaluations: 3, per: month }
            obligations:
              retention: 1095d
              no_onward_transfer: true
              maximum_period: 366d

        """);
}
