using Exchange.Cli.Demo.World;
using Exchange.Client;
using Exchange.Client.Transport;
using Exchange.Format.V1;
using Exchange.Node.Tests.Worlds;
using Exchange.V1;
using Exchange.Vocabulary;
using Google.Protobuf;
using Grpc.Core;

namespace Exchange.Node.Tests.Transfers;

/// <summary>Each refusal of a known member: reason, status, entry, and a receipt that the client has checked.</summary>
[Collection(SharedWorld.Name)]
public sealed class RefusalTests(SomeWorld world)
{
    public static TheoryData<string, FetchQuery, CallStatus> Queries() => new()
    {
        { "DATASET_UNKNOWN", SomeWorld.Ask() with { Dataset = DatasetId.Parse("purchase.v1") }, CallStatus.NotFound },
        { "PROVIDER_UNKNOWN", SomeWorld.Ask() with { Provider = DemoMembers.Portal }, CallStatus.NotFound },
        { "PURPOSE_UNKNOWN", SomeWorld.Ask() with { Purpose = PurposeId.Parse("tax-deductions") }, CallStatus.InvalidArgument },
        { "RULE_MISSING", SomeWorld.Ask() with { Purpose = DemoMembers.FormPrefill }, CallStatus.PermissionDenied },
        { "FIELD_UNKNOWN", SomeWorld.Ask() with { Fields = ["order_nunber"] }, CallStatus.InvalidArgument },
        { "FIELDS_EMPTY", SomeWorld.Ask() with { Fields = [] }, CallStatus.InvalidArgument },
        { "FIELDS_NOT_PERMITTED", SomeWorld.Ask() with { Fields = ["buyer.phone"] }, CallStatus.PermissionDenied },
        { "OVER_ASK", SomeWorld.Ask() with { Fields = ["order_number", "buyer.phone"], Strict = true }, CallStatus.PermissionDenied },
        { "PERIOD_NOT_PERMITTED", SomeWorld.Ask() with { From = null }, CallStatus.PermissionDenied },
        { "SUBJECT_NOT_AVAILABLE", SomeWorld.Ask(SomeWorld.WithoutConsent), CallStatus.PermissionDenied },
        { "SUBJECT_NOT_AVAILABLE", SomeWorld.Ask() with { Subject = "no such person" }, CallStatus.PermissionDenied },
        { "PROVIDER_ANSWER_INVALID", SomeWorld.Ask(SomeWorld.AnsweredWithAnother), CallStatus.Internal },
        { "PROVIDER_ANSWER_INVALID", SomeWorld.Ask(SomeWorld.AnsweredMalformed), CallStatus.Internal },
        { "PROVIDER_ANSWER_INVALID", SomeWorld.Ask(SomeWorld.AnsweredOutsidePeriod) with { From = SomeWorld.Ask().Until!.Value - TimeSpan.FromDays(30) }, CallStatus.Internal },
        { "PROVIDER_TIMED_OUT", SomeWorld.Ask(SomeWorld.AnsweredLate), CallStatus.Unavailable },
        { "PROVIDER_UNAVAILABLE", SomeWorld.Ask(SomeWorld.AnsweredDown), CallStatus.Unavailable },
        { "PROVIDER_REFUSED", SomeWorld.Ask(SomeWorld.AnsweredRefusing), CallStatus.FailedPrecondition },
        { "PROVIDER_BUSY", SomeWorld.Ask(SomeWorld.AnsweredBusy), CallStatus.ResourceExhausted },
        { "PROVIDER_ANSWER_TOO_LARGE", SomeWorld.Ask(SomeWorld.AnsweredHuge), CallStatus.ResourceExhausted },
    };

    [Fact]
    public async Task A_providers_refusal_is_in_the_nodes_log_by_its_status_and_not_its_words()
    {
        var refused = await Should.ThrowAsync<ExchangeRefusedException>(() => world.Tax.FetchAsync(SomeWorld.Ask(SomeWorld.AnsweredRefusing)));

        world.Node.Log.Lines.ShouldContain(line => line.Contains($"{refused.Transfer}: {DemoMembers.Marketplace} refused the node's call with InvalidArgument", StringComparison.Ordinal));
        world.Node.Log.Lines.ShouldNotContain(line => line.Contains("does not like the question", StringComparison.Ordinal));
    }

    [Theory]
    [MemberData(nameof(Queries))]
    public async Task A_refusal_has_a_reason_a_status_an_entry_and_a_receipt(string reason, FetchQuery query, CallStatus status)
    {
        var refused = await Should.ThrowAsync<ExchangeRefusedException>(() => world.Tax.FetchAsync(query));

        refused.Reason.ShouldBe(reason);
        refused.Status.ShouldBe(status);
        var entry = world.EntryOf(refused.Receipt.ShouldNotBeNull());
        entry.Kind.ShouldBe(reason.StartsWith("PROVIDER_", StringComparison.Ordinal) && reason != "PROVIDER_UNKNOWN" ? EntryKind.Failed : EntryKind.Refused);
        ErrorCatalogue.Of((ErrorCode)entry.Outcome).Reason.ShouldBe(reason);
        entry.TransferId.ToByteArray().ShouldBe(refused.Transfer!.Value.ToArray());
        entry.Consumer.ShouldBe(DemoMembers.TaxService.Value);
        entry.FieldsReleased.ShouldBeEmpty();
        entry.ObjectDigest.ShouldBeEmpty();
    }

    [Fact]
    public async Task An_error_names_the_nearest_valid_name()
    {
        var refused = await Should.ThrowAsync<ExchangeRefusedException>(() => world.Tax.FetchAsync(SomeWorld.Ask() with { Fields = ["order_nunber", "receipt.user_in"] }));

        refused.Violations.Select(violation => violation.Value).ShouldBe([
            "purchases.v1 has no field 'order_nunber'; did you mean 'order_number'?",
            "purchases.v1 has no field 'receipt.user_in'; did you mean 'receipt.user_inn'?",
        ]);
    }

    [Fact]
    public async Task What_a_provider_did_wrong_stands_in_the_log_and_is_not_the_consumers_business()
    {
        var refused = await Should.ThrowAsync<ExchangeRefusedException>(() => world.Tax.FetchAsync(SomeWorld.Ask(SomeWorld.AnsweredWithAnother)));

        ((ErrorCode)world.EntryOf(refused.Receipt!).Outcome).ShouldBe(ErrorCode.ProviderAnswerWrongSubject);
        refused.Reason.ShouldBe("PROVIDER_ANSWER_INVALID");
    }

    [Fact]
    public async Task A_broken_constraint_is_named_to_who_would_have_got_the_field_and_to_nobody_else()
    {
        var refused = await Should.ThrowAsync<ExchangeRefusedException>(() => world.Tax.FetchAsync(SomeWorld.Ask(SomeWorld.AnsweredInvalid)));
        refused.Reason.ShouldBe("PROVIDER_ANSWER_INVALID");
        refused.Violations.ShouldBe([new("total.currency_code", "a record of the provider breaks the dataset's constraint Pattern on this field")]);
        ((ErrorCode)world.EntryOf(refused.Receipt!).Outcome).ShouldBe(ErrorCode.ProviderAnswerInvalid);

        var other = await Should.ThrowAsync<ExchangeRefusedException>(() => world.Tax.FetchAsync(SomeWorld.Ask(SomeWorld.AnsweredInvalid) with { Fields = ["order_number"] }));
        other.Reason.ShouldBe("PROVIDER_ANSWER_INVALID");
        other.Violations.ShouldBeEmpty();
        other.Message.ShouldNotContain("currency");
    }

    [Fact]
    public async Task A_role_that_is_missing_is_refused()
    {
        var refused = await Should.ThrowAsync<ExchangeRefusedException>(() => world.Tax.GiveConsentAsync(SomeWorld.Consent(SomeWorld.Citizen)));

        refused.Reason.ShouldBe("ROLE_MISSING");
        world.EntryOf(refused.Receipt.ShouldNotBeNull()).Actor.ShouldBe(DemoMembers.TaxService.Value);
    }

    [Fact]
    public async Task A_request_id_serves_once()
    {
        var request = SomeWorld.RawRequest();
        await RawAsync(request);

        (await RefusedAsync(request)).Reason.ShouldBe("REQUEST_DUPLICATE");
    }

    [Theory]
    [InlineData(-700, -100, "REQUEST_EXPIRED")]
    [InlineData(-10, -1, "REQUEST_EXPIRED")]
    [InlineData(0, 601, "REQUEST_EXPIRED")]
    [InlineData(60, 120, "REQUEST_EXPIRED")]
    [InlineData(60, 30, "REQUEST_EXPIRED")]
    public async Task A_request_is_young_and_short_lived(int issued, int expires, string reason)
    {
        var request = SomeWorld.RawRequest();
        var now = TimeProvider.System.Now();
        request.IssueTime = (now + TimeSpan.FromSeconds(issued)).Microseconds;
        request.ExpireTime = (now + TimeSpan.FromSeconds(expires)).Microseconds;

        (await RefusedAsync(request)).Reason.ShouldBe(reason);
    }

    [Fact]
    public async Task Times_at_the_ends_of_their_range_are_refused_like_any_other()
    {
        foreach (var (issue, expire) in new[] { (long.MinValue, long.MaxValue), (long.MaxValue, long.MinValue), (long.MinValue, long.MinValue), (long.MaxValue, long.MaxValue), (0L, 0L) })
        {
            var request = SomeWorld.RawRequest();
            (request.IssueTime, request.ExpireTime) = (issue, expire);

            (await RefusedAsync(request)).Reason.ShouldBe("REQUEST_EXPIRED");
        }
    }

    [Fact]
    public async Task A_request_for_another_node_is_refused()
    {
        var request = SomeWorld.RawRequest();
        request.NodeOrigin = "exchange.test/node-2";

        (await RefusedAsync(request)).Reason.ShouldBe("ORIGIN_MISMATCH");
    }

    [Theory]
    [InlineData(long.MinValue)]
    [InlineData(-1)]
    [InlineData(long.MaxValue)]
    public async Task A_request_for_another_node_leaves_no_senseless_time_in_the_log(long expire)
    {
        var request = SomeWorld.RawRequest();
        (request.NodeOrigin, request.ExpireTime) = ("exchange.test/node-2", expire);

        var refused = await RefusedAsync(request);

        refused.Reason.ShouldBe("ORIGIN_MISMATCH");
        world.EntryOf(refused.Receipt!).RequestExpireTime.ShouldBe(0);
    }

    [Theory]
    [InlineData(0)]
    [InlineData(15)]
    [InlineData(17)]
    public async Task A_request_id_is_sixteen_bytes(int length)
    {
        var request = SomeWorld.RawRequest();
        request.RequestId = ByteString.CopyFrom(Enumerable.Repeat((byte)7, length).ToArray());

        (await RefusedAsync(request)).Reason.ShouldBe("REQUEST_MALFORMED");
    }

    [Fact]
    public async Task A_malformed_request_hears_of_all_its_mistakes()
    {
        var request = SomeWorld.RawRequest();
        request.Subject.Scheme = "INN";
        request.Period = new TimeRange { Start = 5, End = 4 };
        request.PageSize = 100_000;

        (await RefusedAsync(request)).Violations.Select(violation => violation.Key).ShouldBe(["subject.scheme", "period", "page_size"]);
    }

    [Fact]
    public async Task A_page_token_serves_its_own_request_only()
    {
        var request = SomeWorld.RawRequest();
        request.PageSize = 1;
        var token = (await RawAsync(request)).NextPageToken;
        token.ShouldNotBeEmpty();

        var other = SomeWorld.RawRequest("1009");
        (other.PageSize, other.PageToken) = (1, token);
        (await RefusedAsync(other)).Reason.ShouldBe("PAGE_TOKEN_INVALID");

        var flipped = token.ToByteArray();
        flipped[^1] ^= 1;
        var same = SomeWorld.RawRequest();
        (same.PageSize, same.PageToken) = (1, ByteString.CopyFrom(flipped));
        (await RefusedAsync(same)).Reason.ShouldBe("PAGE_TOKEN_INVALID");
    }

    [Fact]
    public async Task Refusals_that_depend_on_the_subject_look_alike_from_outside()
    {
        var withdrawn = await world.Portal.GiveConsentAsync(SomeWorld.Consent(SomeWorld.Withdrawing));
        await world.Portal.WithdrawConsentAsync(withdrawn.Id);
        string[] subjects = [Inn.OfCustomer(SomeWorld.WithoutConsent), Inn.OfCustomer(SomeWorld.Withdrawing), Inn.OfCustomer("999999")];

        var seen = new List<string>();
        foreach (var subject in subjects)
        {
            var refused = await Should.ThrowAsync<ExchangeRefusedException>(() => world.Tax.FetchAsync(SomeWorld.Ask() with { Subject = subject }));
            var entry = world.EntryOf(refused.Receipt!);
            entry.SealedCause.Length.ShouldBe(18);
            seen.Add($"{refused.Reason} {refused.Status} {refused.Message} {refused.Violations.Count} {refused.RetryAfter} {refused.Retryable} entry: {entry.Kind} {entry.Outcome} {entry.CalculateSize() - VariableSize(entry)}");
        }

        seen.Distinct().ShouldHaveSingleItem();
    }

    private static int VariableSize(AuditEntry entry) => new AuditEntry { Index = entry.Index }.CalculateSize();

    private async Task<FetchResponse> RawAsync(FetchRequest request)
    {
        using var channel = world.OpenChannel(DemoMembers.TaxService);
        return await new V1.Transfers.TransfersClient(channel).FetchAsync(request);
    }

    private async Task<ExchangeRefusedException> RefusedAsync(FetchRequest request)
    {
        var thrown = await Should.ThrowAsync<RpcException>(() => RawAsync(request));
        var refused = world.Refusals(DemoMembers.TaxService).Read(thrown);
        world.EntryOf(refused.Receipt.ShouldNotBeNull()).Kind.ShouldBe(EntryKind.Refused);
        return refused;
    }
}
