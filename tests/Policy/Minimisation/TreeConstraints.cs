using System.Globalization;
using System.Numerics;
using System.Text;
using System.Text.RegularExpressions;
using Google.Protobuf;
using Google.Protobuf.Reflection;

namespace Exchange.Policy.Tests.Minimisation;

/// <summary>The constraints' definition, executable: every breach in a tree, each as path, colon and rule.</summary>
internal sealed class TreeConstraints(Func<FieldDescriptor, TestConstraint?> constraintOf)
{
    public HashSet<string> Breaches { get; } = [];

    public void Check(MessageTree tree, string prefix = "")
    {
        foreach (var field in tree.Type.Fields.InDeclarationOrder())
        {
            var path = prefix + field.Name;
            var values = tree.Fields.GetValueOrDefault(field.FieldNumber) ?? [];
            if (!field.IsRepeated && !field.HasPresence)
            {
                values = [.. values.Where(value => !TreeOracle.IsDefault(field, value, isBoxed: false))];
            }

            if (constraintOf(field) is { } constraint)
            {
                Note(constraint.Required && values.Count == 0, path, "Required");
                values.ForEach(value => Check(constraint, path, value));
            }

            foreach (var value in values.OfType<MessageTree>())
            {
                var message = !field.IsMap ? value : value["value"] ?? (value.Type.FindFieldByNumber(2) is { FieldType: FieldType.Message } of ? new MessageTree(of.MessageType) : null);
                if (message is MessageTree inner && inner.Type.File.Package != "google.protobuf")
                {
                    Check(inner, path + ".");
                }
            }
        }
    }

    private void Check(TestConstraint constraint, string path, object value)
    {
        switch (value)
        {
            case string text:
                Note(constraint.Pattern.Length > 0 && !Regex.IsMatch(text, $@"\A(?:{constraint.Pattern})\z", RegexOptions.CultureInvariant), path, "Pattern");
                Note(constraint.MaximumLength > 0 && Encoding.UTF8.GetByteCount(text) > constraint.MaximumLength, path, "MaximumLength");
                break;
            case ByteString bytes:
                Note(constraint.MaximumLength > 0 && bytes.Length > constraint.MaximumLength, path, "MaximumLength");
                break;
            case double or float:
                var real = Convert.ToDouble(value, CultureInfo.InvariantCulture);
                Note(constraint.Minimum is { } lower && (double.IsNaN(real) || real < lower), path, "Minimum");
                Note(constraint.Maximum is { } upper && (double.IsNaN(real) || real > upper), path, "Maximum");
                break;
            case int or uint or long or ulong:
                var number = BigInteger.Parse(Convert.ToString(value, CultureInfo.InvariantCulture)!, CultureInfo.InvariantCulture);
                Note(constraint.Minimum is { } least && number < least, path, "Minimum");
                Note(constraint.Maximum is { } greatest && number > greatest, path, "Maximum");
                break;
        }
    }

    private void Note(bool isBroken, string path, string rule)
    {
        if (isBroken)
        {
            Breaches.Add($"{path}:{rule}");
        }
    }
}
