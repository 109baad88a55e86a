using System.Collections.Immutable;
using Exchange.Policy.Model;
using Google.Protobuf.Reflection;

namespace Exchange.Policy.Loading.Assertions;

/// <summary>What stands at an assertion's path.</summary>
/// <param name="Fields">The fields along the path.</param>
/// <param name="Operand">What the last one is to sum, min and max; Presence if they have no use for it.</param>
/// <param name="CrossesMap">Whether one of the fields is a map, whose values no assertion looks at.</param>
/// <param name="IsPartOfMoney">Whether the last field is an amount without its currency, or the reverse.</param>
internal sealed record AssertionTypes(ImmutableArray<FieldDescriptor> Fields, AssertionOperand Operand, bool CrossesMap, bool IsPartOfMoney)
{
    private const string MinorUnits = "minor_units";
    private const string CurrencyCode = "currency_code";

    /// <summary>Of a path that the record has.</summary>
    internal static AssertionTypes At(MessageDescriptor record, string path)
    {
        var fields = ImmutableArray.CreateBuilder<FieldDescriptor>();
        var message = record;
        foreach (var name in path.Split('.'))
        {
            var field = message.FindFieldByName(name);
            fields.Add(field);
            message = Inner(field) ?? message;
        }

        return new(fields.ToImmutable(), OperandOf(fields[^1]), fields.Any(field => field.IsMap), IsMoney(fields[^1].ContainingType));
    }

    private static AssertionOperand OperandOf(FieldDescriptor field) => field switch
    {
        { IsMap: true } => AssertionOperand.Presence,
        { FieldType: FieldType.Message } => IsMoney(field.MessageType) ? AssertionOperand.Money
            : field.MessageType.FullName == "google.protobuf.Timestamp" ? AssertionOperand.Time
            : AssertionOperand.Presence,
        { FieldType: FieldType.Bool or FieldType.Enum or FieldType.String or FieldType.Bytes or FieldType.Float or FieldType.Double } => AssertionOperand.Presence,
        _ => AssertionOperand.Integer,
    };

    private static bool IsMoney(MessageDescriptor type) => type.Fields.InFieldNumberOrder() is { Count: 2 } fields
        && fields.Any(field => field is { Name: MinorUnits, FieldType: FieldType.Int64, IsRepeated: false })
        && fields.Any(field => field is { Name: CurrencyCode, FieldType: FieldType.String, IsRepeated: false });

    /// <summary>The message in which the next name of the path is found: a map's is that of its values.</summary>
    private static MessageDescriptor? Inner(FieldDescriptor field) =>
        field.FieldType != FieldType.Message ? null
        : !field.IsMap ? field.MessageType
        : field.MessageType.FindFieldByNumber(2) is { FieldType: FieldType.Message } value ? value.MessageType
        : null;
}
