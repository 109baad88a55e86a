using System.Globalization;
using System.Text;
using Exchange.Cli.Demo.World;

namespace Exchange.Benches.Load.Transfers.Scale;

/// <summary>The policy of a whole country beside the one rule of a run: many purposes, each with a rule for either consumer, in files of five hundred.</summary>
internal static class LargeRules
{
    private const int RulesPerFile = 500;

    /// <summary>Writes files into a policy's folder until it has so many rules, its own one included.</summary>
    public static void Write(string folder, int rules)
    {
        for (var first = 1; first < rules; first += RulesPerFile)
        {
            var (purposes, text) = (new StringBuilder("purposes:\n"), new StringBuilder("rules:\n"));
            for (var number = first; number < Math.Min(first + RulesPerFile, rules); number++)
            {
                if (number % 2 == 1)
                {
                    purposes.Append(CultureInfo.InvariantCulture, $"  - id: {Purpose(number)}\n    title: What purpose {number / 2} is for\n");
                }

                AppendRule(text, number);
            }

            File.WriteAllText(Path.Combine(folder, string.Create(CultureInfo.InvariantCulture, $"rules-{first:D6}.yaml")), $"{purposes}\n{text}");
        }
    }

    private static string Purpose(int rule) => string.Create(CultureInfo.InvariantCulture, $"purpose-{(rule - 1) / 2}");

    private static void AppendRule(StringBuilder text, int number) => text.Append(CultureInfo.InvariantCulture, $$"""
          - id: rule-{{number}}
            consumer: {{(number % 2 == 1 ? DemoMembers.TaxService : DemoMembers.Portal)}}
            provider: {{DemoMembers.Marketplace}}
            dataset: {{DemoMembers.Purchases}}
            purpose: {{Purpose(number)}}
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
            obligations: {retention: 1095d, no_onward_transfer: true, maximum_period: 366d}

        """);
}
