using Exchange.Cli.Demo.World;
using Exchange.Format.V1;
using Exchange.Node.Recording;
using Exchange.Node.Snapshots;
using Exchange.Node.Tests.Worlds;
using Exchange.Policy.Minimisation;
using Exchange.Vocabulary;
using Google.Protobuf;
using Microsoft.Extensions.DependencyInjection;

namespace Exchange.Node.Tests.Recording;

[Collection(SharedWorld.Name)]
public sealed class EntryBodyTests(SomeWorld world)
{
    [Fact]
    public void A_body_is_what_the_generated_message_would_serialise()
    {
        var snapshot = world.Node.Host.Parts.GetRequiredService<SnapshotHolder>().Current;
        var facts = new EntryFacts(TransferId.New(), snapshot)
        {
            Kind = EntryKind.Released,
            RequestId = RequestId.New(),
            RequestExpire = new Instant(1_795_000_000_000_000),
            Consumer = DemoMembers.TaxService,
            Provider = DemoMembers.Marketplace,
            Dataset = DemoMembers.Purchases,
            Purpose = DemoMembers.TaxDeduction,
            Basis = Vocabulary.LegalBasis.Consent,
            Outcome = ErrorCode.RuleMissing,
            ObjectDigest = Digest.Of("object"u8),
            PayloadCommitment = Digest.Of("payload"u8),
            DescriptorDigest = Digest.Of("descriptor"u8),
            Asked = FieldSet.Range(0, 70),
            Released = FieldSet.Of(3),
            AssertionsReleased = ["spent-over-threshold", "bought-anything"],
            PaddedSize = 4096,
            PageNumber = 2,
            Actor = DemoMembers.Portal,
            Software = "exchange/1",
            Count = 12,
            Since = new Instant(7),
            PreviousDigest = Digest.Of("previous"u8),
            ChangeDigest = Digest.Of("change"u8),
            RulesWidened = 3,
            RulesNarrowed = 300,
            KeyUse = "receipt",
            MinimumIndex = 256,
            ReadAs = "query",
            ReadFrom = 8,
            ReadTo = 9,
        };
        facts.NameSubject(SubjectId.New(), new byte[32], DemoMembers.Origin);
        facts.NameConsent(ConsentId.New(), new byte[32], DemoMembers.Origin);
        facts.SealCause(new byte[32], DemoMembers.Origin, ErrorCode.ConsentWithdrawn);

        var body = new byte[EntryBody.MaximumSize];
        var written = body.AsSpan(0, EntryBody.Write(facts, body));

        var entry = AuditEntry.Parser.ParseFrom(written);
        entry.ToByteArray().ShouldBe(written.ToArray());
        AuditEntry.Descriptor.Fields.InFieldNumberOrder().Where(field => field.FieldNumber > 3).ShouldAllBe(field => IsSet(entry, field));
    }

    private static bool IsSet(AuditEntry entry, Google.Protobuf.Reflection.FieldDescriptor field) => field.Accessor.GetValue(entry) switch
    {
        ByteString bytes => !bytes.IsEmpty,
        string text => text.Length > 0,
        System.Collections.ICollection all => all.Count > 0,
        Enum value => Convert.ToInt32(value, System.Globalization.CultureInfo.InvariantCulture) != 0,
        IConvertible number => Convert.ToDecimal(number, System.Globalization.CultureInfo.InvariantCulture) != 0,
        _ => false,
    };
}
