using System.Security.Cryptography;
using System.Text;
using Exchange.Audit.Proofs.Publication;
using Exchange.Cli.Demo.World;
using Exchange.Client;
using Exchange.Format.V1;
using Exchange.Node.Consents;
using Exchange.Node.Linkage;
using Exchange.Node.Recording;
using Exchange.Node.Snapshots;
using Exchange.Node.Subjects;
using Exchange.Node.Tests.Worlds;
using Exchange.Samples.Marketplace.Books;
using Exchange.Vocabulary;
using Microsoft.Extensions.DependencyInjection;

namespace Exchange.Node.Tests.Linkage;

/// <summary>A node whose entries are looked for by the person whom they are about.</summary>
public sealed class LinkedWorldTests : IAsyncLifetime
{
    private const string Unknown = "999999";

    private readonly SomeWorld _world = new();

    public Task InitializeAsync() => _world.InitializeAsync();

    public Task DisposeAsync() => _world.DisposeAsync();

    [Fact]
    public async Task A_persons_entries_are_found_by_either_name_and_nobody_elses()
    {
        await FetchAsync();

        var byState = Find(DemoMembers.Inn, Inn.OfCustomer(SomeWorld.Citizen));
        var byShop = Find(DemoMembers.Customer, SomeWorld.Citizen);

        byShop.ShouldBe(byState);
        byState.Select(index => Entry(index).Kind).ShouldBe([EntryKind.ConsentGiven, EntryKind.Released]);
        Find(DemoMembers.Inn, "7700000000").ShouldBeEmpty();
    }

    [Fact]
    public async Task The_linkage_file_tells_which_entries_are_of_one_consent_and_nothing_of_what_was_erased()
    {
        await FetchAsync();
        var mine = Find(DemoMembers.Inn, Inn.OfCustomer(SomeWorld.Citizen));

        var records = Records();

        records.Select(record => record.Index).ShouldBeInOrder();
        var (consent, release) = (records.Single(record => record.Index == mine[0]), records.Single(record => record.Index == mine[1]));
        release.ConsentKey.Span.SequenceEqual(consent.ConsentKey.Span).ShouldBeTrue();
        foreach (var record in records)
        {
            var entry = Entry(record.Index);
            HMACSHA384.HashData(record.ConsentKey.Span, [.. "exchange.consent-tag.v1\0"u8, .. Encoding.UTF8.GetBytes(DemoMembers.Origin), .. entry.TransferId.Span])
                .ShouldBe(entry.ConsentTag.ToByteArray());
        }

        var subject = Part<EntryLinkage>().All(mine[0], mine[0] + 1).Single().Subject;
        Part<EntryLinkage>().Erase(new HashSet<SubjectId> { subject });
        Records().Select(record => record.Index).ShouldBe(records.Select(record => record.Index).Except(mine));
    }

    [Fact]
    public async Task Links_that_a_power_loss_took_are_found_again_by_trying_keys()
    {
        await FetchAsync();
        var mine = Find(DemoMembers.Inn, Inn.OfCustomer(SomeWorld.Citizen));
        var before = Part<EntryLinkage>().All(0, _world.Log.Size).ToList();
        before.Count.ShouldBeGreaterThan(3);

        // What the map is when nothing of it reached the disk.
        await _world.Node.Host.StopAsync();
        foreach (var link in before)
        {
            Part<EntryLinkage>().Add(link.Index, default, default);
        }

        var (linked, notLinked) = Part<LinkageRepair>().Run(0, _world.Log.Size);

        (linked, notLinked).ShouldBe(((ulong)before.Count, 0UL));
        Part<EntryLinkage>().All(0, _world.Log.Size).ShouldBe(before);
        Find(DemoMembers.Inn, Inn.OfCustomer(SomeWorld.Citizen)).ShouldBe(mine);
    }

    [Fact]
    public async Task A_refusal_about_a_person_whom_the_node_does_not_know_is_no_lost_link()
    {
        await Should.ThrowAsync<ExchangeRefusedException>(_world.Tax.FetchAsync(SomeWorld.Ask(Unknown)));
        var refusal = Entry(_world.Log.Size - 1);
        (refusal.Kind, refusal.SubjectPseudonym.Length, refusal.ConsentTag.Length).ShouldBe((EntryKind.Refused, EntryTags.Size, EntryTags.Size));

        Part<LinkageRepair>().Run(0, _world.Log.Size).ShouldBe((0UL, 0UL));
    }

    [Fact]
    public async Task Whose_an_entry_is_whom_only_its_link_names_is_lost_with_it()
    {
        var facts = new EntryFacts(TransferId.New(), Part<SnapshotHolder>().Current) { Kind = EntryKind.Released };
        var (subject, key) = Part<ConsentBook>().KeyWithoutConsent(Name(DemoMembers.Customer, Unknown));
        facts.NameSubject(subject, key, DemoMembers.Origin);
        var index = (await Part<Recorder>().RecordAsync(facts)).Entry.Index;
        Find(DemoMembers.Customer, Unknown).ShouldBe([index]);
        Part<LinkageRepair>().Run(0, _world.Log.Size).ShouldBe((0UL, 0UL));

        Part<EntryLinkage>().Add(index, default, default);

        Part<LinkageRepair>().Run(0, _world.Log.Size).ShouldBe((0UL, 1UL));
    }

    private async Task FetchAsync() => (await _world.Tax.FetchAsync(SomeWorld.Ask())).Records.ShouldNotBeEmpty();

    private T Part<T>()
        where T : notnull => _world.Node.Host.Parts.GetRequiredService<T>();

    private AuditEntry Entry(ulong index)
    {
        using var entries = _world.Log.Reader.Entries(index, index + 1);
        entries.MoveNext().ShouldBeTrue();
        return AuditEntry.Parser.ParseFrom(entries.Current);
    }

    private List<ulong> Find(SubjectScheme scheme, string value) => [.. Part<SubjectEntries>().Find(Name(scheme, value), 0, _world.Log.Size)];

    private static SubjectName Name(SubjectScheme scheme, string value)
    {
        SubjectName.TryCreate(DemoMembers.Marketplace, DemoMembers.Customer, scheme, value, out var name).ShouldBeTrue();
        return name;
    }

    private List<LinkageRecord> Records()
    {
        var file = Part<LinkageExport>().Write(0, _world.Log.Size, pieceBytes: 100).SelectMany(piece => piece.ToArray()).ToArray();
        file.AsSpan().StartsWith(LinkageRecord.Magic).ShouldBeTrue();
        return [.. file.Skip(LinkageRecord.Magic.Length).Chunk(LinkageRecord.Size).Select(bytes => LinkageRecord.Read(bytes))];
    }
}
