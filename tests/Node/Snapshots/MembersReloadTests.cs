using System.Buffers;
using System.Security.Cryptography;
using Exchange.Cli.Certs;
using Exchange.Cli.Demo.World;
using Exchange.Client;
using Exchange.Format.V1;
using Exchange.Identity;
using Exchange.Node.Snapshots;
using Exchange.Node.Tests.Connections;
using Exchange.Node.Tests.Worlds;
using Exchange.Node.Transfers;
using Exchange.Vocabulary;
using Google.Protobuf;
using Grpc.Core;
using Grpc.Net.Client;
using Microsoft.Extensions.DependencyInjection;

namespace Exchange.Node.Tests.Snapshots;

/// <summary>A member registry that changes under a running node.</summary>
public sealed class MembersReloadTests : IAsyncLifetime
{
    private readonly SomeWorld _world = new();

    public async Task InitializeAsync()
    {
        await _world.InitializeAsync();
        await File.AppendAllTextAsync(_world.World.NodeConfiguration, "\nreload: {interval: 0s}\n");
        await _world.RestartAsync();
    }

    public Task DisposeAsync() => _world.DisposeAsync();

    [Fact]
    public async Task A_removed_members_connections_end_and_the_member_is_a_stranger()
    {
        await using var wire = await MemberWire.ConnectAsync(_world.OptionsOf(DemoMembers.TaxService));
        await using var others = await MemberWire.ConnectAsync(_world.OptionsOf(DemoMembers.Portal));
        RemoveTaxService();

        (await _world.Node.Host.ReloadAsync()).ShouldBe(ReloadOutcome.Changed);

        await wire.UntilAsync(FrameType.GoAway);
        await wire.UntilClosedAsync();
        (await Should.ThrowAsync<ExchangeRefusedException>(() => _world.Tax.FetchAsync(SomeWorld.Ask()))).Reason.ShouldBe("MEMBER_UNKNOWN");
        others.Received.ShouldNotContain(frame => frame.Type == FrameType.GoAway);

        var entry = _world.EntriesOf(EntryKind.RegistryChanged).ShouldHaveSingleItem();
        entry.PreviousDigest.ShouldNotBe(entry.RegistryDigest);
        _world.Archived("members", entry.RegistryDigest.Span);
        var member = _world.ReportOf(entry).GetProperty("members").EnumerateArray().ShouldHaveSingleItem();
        member.GetProperty("member").GetString().ShouldBe(DemoMembers.TaxService.Value);
        member.GetProperty("direction").GetString().ShouldBe("narrows");

        // The rules of the member went with it: one change, two entries, the policy's last.
        var policy = _world.EntriesOf(EntryKind.PolicyChanged).ShouldHaveSingleItem();
        policy.Index.ShouldBe(entry.Index + 1);
        policy.RulesNarrowed.ShouldBe(1u);
    }

    [Fact]
    public async Task What_is_under_way_for_a_member_is_not_released_once_it_is_removed()
    {
        _world.WhileAsked = _ =>
        {
            RemoveTaxService();
            _world.Node.Host.ReloadAsync().GetAwaiter().GetResult().ShouldBe(ReloadOutcome.Changed);
        };

        (await Should.ThrowAsync<ExchangeRefusedException>(() => _world.Tax.FetchAsync(SomeWorld.Ask()))).Reason.ShouldBe("POLICY_CHANGED");

        _world.WhileAsked = null;
        _world.EntriesOf(EntryKind.Released).ShouldBeEmpty();
    }

    /// <summary>A call looks its member up at the door, and takes the snapshot behind it: between the two the registry can change.</summary>
    [Fact]
    public async Task What_came_in_by_the_old_registry_is_not_sealed_to_the_key_that_the_new_one_took_away()
    {
        _world.Current().Registry.TryFind(DemoMembers.TaxService, out var admitted).ShouldBeTrue();
        using var key = ECDiffieHellman.Create(ECCurve.NamedCurves.nistP256);
        ReloadingWorld.Replace(Path.Combine(_world.World.FolderOf(DemoMembers.TaxService), "encryption.pub.pem"), _ => key.ExportSubjectPublicKeyInfoPem());
        (await _world.Node.Host.ReloadAsync()).ShouldBe(ReloadOutcome.Changed);

        var pipeline = _world.Node.Host.Parts.GetRequiredService<TransferPipeline>();
        var transfer = Transfer.Of(new ReadOnlySequence<byte>(SomeWorld.RawRequest().ToByteArray()));
        var refusal = await pipeline.FetchAsync(transfer, admitted, DateTime.UtcNow.AddMinutes(1), CancellationToken.None);

        refusal.ShouldNotBeNull().Code.ShouldBe(ErrorCode.PolicyChanged);
        _world.EntriesOf(EntryKind.Released).ShouldBeEmpty();
    }

    [Fact]
    public async Task A_member_that_gets_another_anchor_must_come_again_with_a_certificate_of_it()
    {
        using var other = DevelopmentAuthority.Create(DemoMembers.Instance, TimeProvider.System);
        await File.WriteAllTextAsync(Path.Combine(_world.World.Folder, "certs", "other.pem"), other.Anchor.ExportCertificatePem());
        await using var wire = await MemberWire.ConnectAsync(_world.OptionsOf(DemoMembers.TaxService));
        ReloadingWorld.Replace(_world.World.MembersFile, members => ReplaceFirst(members, "anchor: certs/anchor.pem", "anchor: certs/other.pem"));

        (await _world.Node.Host.ReloadAsync()).ShouldBe(ReloadOutcome.Changed);

        await wire.UntilAsync(FrameType.GoAway);
        await wire.UntilClosedAsync();
        (await Should.ThrowAsync<ExchangeRefusedException>(() => _world.Tax.FetchAsync(SomeWorld.Ask()))).Reason.ShouldBe("UNREACHABLE");
        var change = _world.ReportOf(_world.EntriesOf(EntryKind.RegistryChanged).ShouldHaveSingleItem());
        change.GetProperty("direction").GetString().ShouldBe("both");
    }

    [Fact]
    public async Task A_stranger_does_not_become_the_member_that_is_registered_under_its_name_with_another_anchor()
    {
        // One connection for all calls, which the client of members would not promise.
        var options = _world.OptionsOf(DemoMembers.Stranger);
        using var handler = MemberTls.Handler(options.Certificate, options.NodeId, options.Anchor, TimeProvider.System, TimeSpan.FromSeconds(5));
        using var channel = GrpcChannel.ForAddress(options.Node, new GrpcChannelOptions { HttpHandler = handler });
        var stranger = new V1.Transfers.TransfersClient(channel);
        (await StatusAsync(stranger)).ShouldBe(StatusCode.Unauthenticated);
        using var other = DevelopmentAuthority.Create(DemoMembers.Instance, TimeProvider.System);
        await File.WriteAllTextAsync(Path.Combine(_world.World.Folder, "certs", "other.pem"), other.Anchor.ExportCertificatePem());
        Register(DemoMembers.Stranger.Value, "certs/other.pem");

        (await _world.Node.Host.ReloadAsync()).ShouldBe(ReloadOutcome.Changed);

        // On the connection that it has: the handshake proved the name to an anchor that is not the member's.
        (await StatusAsync(stranger)).ShouldBe(StatusCode.Unauthenticated);
    }

    [Fact]
    public async Task A_stranger_is_the_member_that_is_registered_under_its_name_once_it_connects_again()
    {
        Register(DemoMembers.Stranger.Value, "certs/anchor.pem");
        (await _world.Node.Host.ReloadAsync()).ShouldBe(ReloadOutcome.Changed);

        await using var newcomer = _world.World.ConnectAs(DemoMembers.Stranger);

        (await Should.ThrowAsync<ExchangeRefusedException>(() => newcomer.FetchAsync(SomeWorld.Ask()))).Reason.ShouldBe("RULE_MISSING");
    }

    [Fact]
    public async Task Members_of_whom_the_registry_says_the_same_stay_the_same()
    {
        _world.Current().Registry.TryFind(DemoMembers.Marketplace, out var before).ShouldBeTrue();
        ReloadingWorld.Replace(_world.World.MembersFile, members => members.Replace("name: Tax service", "name: Tax office", StringComparison.Ordinal));

        (await _world.Node.Host.ReloadAsync()).ShouldBe(ReloadOutcome.Changed);

        var registry = _world.Current().Registry;
        registry.TryFind(DemoMembers.Marketplace, out var after).ShouldBeTrue();
        after.ShouldBeSameAs(before);
        registry.TryFind(DemoMembers.TaxService, out var tax).ShouldBeTrue();
        tax.Name.ShouldBe("Tax office");
        (await _world.Tax.FetchAsync(SomeWorld.Ask())).Records.ShouldNotBeEmpty();
    }

    private static async Task<StatusCode> StatusAsync(V1.Transfers.TransfersClient client) =>
        (await Should.ThrowAsync<RpcException>(async () => await client.FetchAsync(SomeWorld.RawRequest()))).StatusCode;

    private static string ReplaceFirst(string text, string from, string to)
    {
        var at = text.IndexOf(from, StringComparison.Ordinal);
        return text[..at] + to + text[(at + from.Length)..];
    }

    /// <summary>From its entry to the next member's; and what the policy says of it.</summary>
    private void RemoveTaxService()
    {
        ReloadingWorld.Replace(_world.World.PolicyFile, policy =>
        {
            var (from, to) = (policy.IndexOf("  - id: purchases-for-tax", StringComparison.Ordinal), policy.IndexOf("  - id: purchases-for-form", StringComparison.Ordinal));
            policy = policy[..from] + policy[to..];
            (from, to) = (policy.IndexOf("  - manager:", StringComparison.Ordinal), policy.LastIndexOf("  - manager:", StringComparison.Ordinal));
            return policy[..from] + policy[to..];
        });
        ReloadingWorld.Replace(_world.World.MembersFile, members =>
            members[..members.IndexOf("  - id:", StringComparison.Ordinal)] + members[members.IndexOf("  # The portal", StringComparison.Ordinal)..]);
    }

    private void Register(string member, string anchor) => ReloadingWorld.Replace(
        _world.World.MembersFile,
        members => $"{members.TrimEnd()}\n\n  - id: {member}\n    name: Newcomer\n    roles: [consumer]\n    anchor: {anchor}\n    encryption_keys: [{{file: certs/{member.Split('/')[^1]}/encryption.pub.pem, valid_from: 2020-01-01T00:00:00Z}}]\n");
}
