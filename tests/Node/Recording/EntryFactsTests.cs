using System.Reflection;
using Exchange.Cli.Demo.World;
using Exchange.Node.Recording;
using Exchange.Node.Snapshots;
using Exchange.Node.Tests.Worlds;
using Exchange.Vocabulary;
using Microsoft.Extensions.DependencyInjection;

namespace Exchange.Node.Tests.Recording;

/// <summary>Facts are used again for another transfer: nothing of one may come into the entry of the next (I6).</summary>
[Collection(SharedWorld.Name)]
public sealed class EntryFactsTests(SomeWorld world)
{
    [Fact]
    public void Facts_that_begin_anew_say_what_new_ones_say()
    {
        var snapshot = world.Node.Host.Parts.GetRequiredService<SnapshotHolder>().Current;
        var used = new EntryFacts(TransferId.New(), snapshot);
        foreach (var property in Settable())
        {
            property.SetValue(used, Something(property.PropertyType));
        }

        used.NameSubject(SubjectId.New(), new byte[32], DemoMembers.Origin);
        used.NameConsent(ConsentId.New(), new byte[32], DemoMembers.Origin);
        used.SealCause(new byte[32], DemoMembers.Origin, ErrorCode.ConsentWithdrawn);

        var id = TransferId.New();
        used.Begin(id, snapshot);

        var fresh = new EntryFacts(id, snapshot);
        foreach (var property in Settable())
        {
            property.GetValue(used).ShouldBe(property.GetValue(fresh), property.Name);
        }

        EntryBody.ToArray(used).ShouldBe(EntryBody.ToArray(fresh));
        used.HasSubject.ShouldBeFalse();
    }

    private static PropertyInfo[] Settable()
    {
        var properties = typeof(EntryFacts).GetProperties(BindingFlags.Instance | BindingFlags.NonPublic | BindingFlags.Public).Where(property => property.CanWrite && property.PropertyType != typeof(NodeSnapshot)).ToArray();
        properties.Length.ShouldBeGreaterThan(30);
        return properties;
    }

    /// <summary>A value of the type that is not its default.</summary>
    private static object Something(Type type)
    {
        type = Nullable.GetUnderlyingType(type) ?? type;
        return type == typeof(string) ? "something"
            : type == typeof(MemberId) ? DemoMembers.Portal
            : type == typeof(DatasetId) ? DemoMembers.Purchases
            : type == typeof(PurposeId) ? DemoMembers.TaxDeduction
            : type == typeof(Digest) ? Digest.Of("something"u8)
            : type == typeof(Instant) ? new Instant(7)
            : type == typeof(Policy.Minimisation.FieldSet) ? Policy.Minimisation.FieldSet.Of(3)
            : type == typeof(IReadOnlyList<string>) ? (string[])["something"]
            : type.IsEnum ? Enum.GetValues(type).GetValue(1)!
            : type.GetConstructor([typeof(UInt128)]) is { } named ? named.Invoke([(UInt128)7])
            : Convert.ChangeType(7, type, System.Globalization.CultureInfo.InvariantCulture);
    }
}
