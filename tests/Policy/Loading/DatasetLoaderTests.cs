using Exchange.Documents;
using Exchange.Policy.Loading;
using Exchange.Policy.Model;
using Exchange.Vocabulary;
using Google.Protobuf.Reflection;

namespace Exchange.Policy.Tests.Loading;

public sealed class DatasetLoaderTests : IDisposable
{
    private readonly DirectoryInfo _folder = Directory.CreateTempSubdirectory("datasets-");
    private readonly List<Diagnostic> _diagnostics = [];

    public void Dispose() => _folder.Delete(recursive: true);

    [Fact]
    public void The_catalogue_that_is_shipped_loads()
    {
        var catalogue = DatasetLoader.Load(Path.Combine(AppContext.BaseDirectory, "datasets"), _diagnostics);

        _diagnostics.ShouldBeEmpty();
        catalogue.ShouldNotBeNull().TryFind(DatasetId.Parse("purchases.v1"), out var purchases).ShouldBeTrue();
        purchases.Title.ShouldBe("Purchase history with fiscal receipts");
        purchases.SubjectScheme.ShouldBe(SubjectScheme.Parse("customer"));
        (purchases.SubjectPath, purchases.TimePath, purchases.OrderingPath).ShouldBe(("customer_id", "ordered_at", "ordered_at"));
        purchases.SubjectField.Count.ShouldBe(1);
        purchases.DescriptorDigest.ShouldBe(Digest.Of(File.ReadAllBytes(Path.Combine(AppContext.BaseDirectory, "datasets", "purchases.v1.binpb"))));
        var categories = purchases.Shape.Leaves.ToDictionary(leaf => leaf.Path, leaf => purchases.Categories[leaf.Number]);
        categories["customer_id"].ShouldBe(DataCategory.Identity);
        categories["items.price.minor_units"].ShouldBe(DataCategory.Payment);
        categories["receipt.retail_place"].ShouldBe(DataCategory.Location);
        catalogue.Nearest("purchase.v1").ShouldBe("purchases.v1");
        catalogue.Datasets.Select(dataset => dataset.Id.Value).ShouldBe(["customer_profile.v1", "demand.v1", "purchases.v1"]);
    }

    [Fact]
    public void A_dataset_of_aggregates_says_what_its_cells_and_partitions_are()
    {
        var layout = SomePolicy.Demand.Statistics.ShouldNotBeNull();

        layout.Dimensions.Select(leaf => SomePolicy.Demand.Shape.Leaves[leaf].Path).ShouldBe(["region_name", "category"]);
        SomePolicy.Demand.Shape.Leaves[layout.Contributors].Path.ShouldBe("contributors");
        layout.Period.ShouldBe(CalendarPeriod.Month);
        SomePolicy.Purchases.Statistics.ShouldBeNull();
    }

    [Fact]
    public void A_dataset_about_nobody_has_no_subject()
    {
        var dataset = Load("prices.v2", """
            message Price { option dataset = {title: "Prices"}; string sku = 1 [category = PUBLIC]; map<string, int64> by_region = 2 [category = PUBLIC]; }
            """).ShouldNotBeNull();

        (dataset.SubjectScheme, dataset.SubjectPath, dataset.TimePath, dataset.SubjectField.IsEmpty).ShouldBe((null, null, null, true));
        dataset.Categories.ShouldBe([DataCategory.Public, DataCategory.Public]);
    }

    [Fact]
    public void The_order_of_files_in_a_set_does_not_matter()
    {
        var set = FileDescriptorSet.Parser.ParseFrom(Protoc.Compile("a.v1", Sound));
        var reversed = new FileDescriptorSet { File = { set.File.Reverse() } };

        LoadBytes("a.v1", Google.Protobuf.MessageExtensions.ToByteArray(reversed)).ShouldNotBeNull().Categories.ShouldBe([DataCategory.Tax]);
    }

    [Theory]
    [InlineData(
        """message A { option dataset = {title: "A"}; string name = 1; int64 sum = 2 [category = TAX]; B b = 3 [category = TAX]; } message B { bool c = 1; }""",
        "name has no category; add [(exchange.annotations.v1.category) = ...]", "b.c has no category; add [(exchange.annotations.v1.category) = ...]")]
    [InlineData("""message A { string name = 1 [category = TAX]; }""", "no message has the option (exchange.annotations.v1.dataset)")]
    [InlineData(
        """message A { option dataset = {title: "A"}; string a = 1 [category = TAX]; message B { option dataset = {title: "B"}; string b = 1 [category = TAX]; } }""",
        "only one message may have the option (exchange.annotations.v1.dataset), not A and B")]
    [InlineData("""message A { option dataset = {}; string a = 1 [category = TAX]; }""", "A has no title in its dataset option")]
    [InlineData(
        """message A { option dataset = {title: "A" subject_field: "a"}; string a = 1 [category = TAX]; }""",
        "subject_field and subject_scheme belong together; one of them is missing")]
    [InlineData(
        """message A { option dataset = {title: "A" subject_scheme: "inn"}; string a = 1 [category = TAX]; }""",
        "subject_field and subject_scheme belong together; one of them is missing")]
    [InlineData(
        """message A { option dataset = {title: "A" subject_field: "a" subject_scheme: "Tax No"}; string a = 1 [category = TAX]; }""",
        "subject_scheme 'Tax No' is not a name such as 'customer' or 'inn'")]
    [InlineData(
        """message A { option dataset = {title: "A" subject_field: "b" subject_scheme: "inn"}; string a = 1 [category = TAX]; }""",
        "The subject field b is no field of exchange.datasets.a.v1.A")]
    [InlineData(
        """message A { option dataset = {title: "A" time_field: "a"}; string a = 1 [category = TAX]; }""",
        "The time field a must be a google.protobuf.Timestamp outside repeated fields, maps and oneofs")]
    [InlineData(
        """message A { option dataset = {title: "A" ordering_field: "b" contributors_field: "c"}; string a = 1 [category = TAX]; }""",
        "ordering_field 'b' is no leaf field of the record", "contributors_field 'c' is no leaf field of the record")]
    [InlineData(
        """message A { option dataset = {title: "A" dimension_fields: "a"}; string a = 1 [category = TAX]; }""",
        "dimension_fields, partition_period, contributors_field and time_field belong together; partition_period and contributors_field and time_field is missing")]
    [InlineData(
        """message A { option dataset = {title: "A" dimension_fields: ["a", "a", "n", "f", "r", "o", "x"] partition_period: MONTH time_field: "t" contributors_field: "n"}; string a = 1 [category = TAX]; int64 n = 2 [category = TAX]; double f = 3 [category = TAX]; repeated string r = 4 [category = TAX]; optional string o = 5 [category = TAX]; google.protobuf.Timestamp t = 6 [category = TAX]; }""",
        "dimension_fields 'a' has a meaning already; name each field once",
        "dimension_fields 'n' has a meaning already; name each field once",
        "dimension_fields 'f' must be a string, an integer or an enum, not optional, directly in the record, outside oneofs",
        "dimension_fields 'r' must be a string, an integer or an enum, not optional, directly in the record, outside oneofs",
        "dimension_fields 'o' must be a string, an integer or an enum, not optional, directly in the record, outside oneofs",
        "dimension_fields 'x' is no leaf field of the record")]
    [InlineData(
        """message A { option dataset = {title: "A" contributors_field: "s"}; string s = 1 [category = TAX]; }""",
        "contributors_field 's' must be an integer, not optional, directly in the record, outside oneofs")]
    [InlineData(
        """message A { option dataset = {title: "A" dimension_fields: "a" partition_period: DAY time_field: "t" contributors_field: "n" subject_field: "s" subject_scheme: "inn"}; string a = 1 [category = TAX]; int64 n = 2 [category = TAX]; google.protobuf.Timestamp t = 3 [category = TAX]; string s = 4 [category = TAX]; }""",
        "the records of a partition are about nobody; remove subject_field or dimension_fields")]
    [InlineData(
        """message A { option dataset = {title: "A"}; string a = 1 [category = TAX]; A next = 2 [category = TAX]; }""",
        "next is of type exchange.datasets.a.v1.A, which contains itself; the paths of a record must be finite")]
    [InlineData(
        """message A { option dataset = {title: "A"}; int64 a = 1 [category = TAX, constraint = {pattern: "x" maximum_length: 3}]; string b = 2 [category = TAX, constraint = {minimum: 1}]; }""",
        "the constraint on a: a pattern is a regular expression for a string",
        "the constraint on a: maximum_length is for strings and bytes",
        "the constraint on b: minimum and maximum are for numbers, in this order")]
    [InlineData(
        """message A { option dataset = {title: "A"}; int64 a = 1 [category = TAX, constraint = {minimum: 2 maximum: 1}]; string b = 2 [category = TAX, constraint = {pattern: "(?<=x"}]; }""",
        "the constraint on a: minimum and maximum are for numbers, in this order",
        "the constraint on b: a pattern is a regular expression for a string")]
    public void Every_mistake_in_a_dataset_is_told(string body, params string[] mistakes)
    {
        Load("a.v1", body).ShouldBeNull();
        Said().ShouldBe(mistakes);
    }

    [Fact]
    public void A_category_that_this_node_does_not_know_is_told()
    {
        var set = FileDescriptorSet.Parser.WithExtensionRegistry([Annotations.V1.AnnotationsExtensions.Category]).ParseFrom(Protoc.Compile("a.v1", Sound));
        set.File[^1].MessageType[0].Field[0].Options.SetExtension(Annotations.V1.AnnotationsExtensions.Category, (Annotations.V1.DataCategory)42);

        LoadBytes("a.v1", Google.Protobuf.MessageExtensions.ToByteArray(set)).ShouldBeNull();
        Said().ShouldBe(["name has category 42, which this node does not know"]);
    }

    [Theory]
    [InlineData("syntax = \"proto2\";", "optional ")]
    [InlineData("edition = \"2023\";", "")]
    public void Only_proto3_is_read(string syntax, string label)
    {
        var set = Protoc.CompileFile("a.v1", $$"""
            {{syntax}}
            package exchange.datasets.a.v1;
            import "exchange/annotations/v1/annotations.proto";
            message A { option (exchange.annotations.v1.dataset) = {title: "A"}; {{label}}string a = 1 [(exchange.annotations.v1.category) = TAX]; }
            """);

        LoadBytes("a.v1", set).ShouldBeNull();
        Said().ShouldBe(["a.v1.proto is not proto3; the file must say syntax = \"proto3\""]);
    }

    [Fact]
    public void The_package_is_what_the_files_name_asks_for()
    {
        LoadBytes("b.v1", Protoc.Compile("a.v1", Sound)).ShouldBeNull();
        Said().ShouldBe(["the file's name asks for package exchange.datasets.b.v1, A is in package exchange.datasets.a.v1"]);
    }

    [Theory]
    [InlineData("purchases")]
    [InlineData("purchases.1")]
    [InlineData("purchases.v1.old")]
    [InlineData("Purchases.v1")]
    public void A_file_has_a_name_and_a_version(string name)
    {
        LoadBytes(name, []).ShouldBeNull();
        Said().ShouldBe(["a dataset file is called <folder>.v<number>.binpb, for instance purchases.v1.binpb"]);
    }

    [Fact]
    public void An_import_that_is_not_included_is_told()
    {
        var set = FileDescriptorSet.Parser.ParseFrom(Protoc.Compile("a.v1", Sound));
        set.File.RemoveAt(0);

        LoadBytes("a.v1", Google.Protobuf.MessageExtensions.ToByteArray(set)).ShouldBeNull();
        Said().ShouldHaveSingleItem().ShouldEndWith("descriptor.proto is imported and not included");
    }

    [Fact]
    public void A_folder_that_is_missing_or_empty_is_told()
    {
        DatasetLoader.Load(_folder.FullName, _diagnostics).ShouldBeNull();
        DatasetLoader.Load(Path.Combine(_folder.FullName, "missing"), _diagnostics).ShouldBeNull();
        Said().ShouldBe(["the folder holds no '*.binpb' file", "there is no such folder of datasets"]);
    }

    [Fact]
    public void All_files_of_a_folder_are_told_at_once()
    {
        File.WriteAllBytes(Path.Combine(_folder.FullName, "a.v1.binpb"), Protoc.Compile("a.v1", "message A { string a = 1; }"));
        File.WriteAllBytes(Path.Combine(_folder.FullName, "b.v1.binpb"), [0xFF]);
        File.WriteAllBytes(Path.Combine(_folder.FullName, "c.v1.binpb"), Protoc.Compile("c.v1", Sound));

        DatasetLoader.Load(_folder.FullName, _diagnostics).ShouldBeNull();

        _diagnostics.Select(diagnostic => Path.GetFileName(diagnostic.File)).ShouldBe(["a.v1.binpb", "b.v1.binpb"]);
    }

    /// <summary>A damaged file is refused with a reason, or is by chance still a dataset; it is never a fault.</summary>
    [Fact]
    public void Damaged_sets_are_refused_and_never_a_fault()
    {
        var sound = Protoc.Compile("a.v1", Sound);
        var random = new Random(7);
        var refused = 0;
        for (var round = 0; round < 1_000; round++)
        {
            var damaged = sound.ToArray();
            damaged[random.Next(damaged.Length)] ^= (byte)(1 << random.Next(8));
            _diagnostics.Clear();
            refused += LoadBytes("a.v1", damaged[..random.Next(damaged.Length / 2, damaged.Length + 1)]) is null ? 1 : 0;
        }

        refused.ShouldBeGreaterThan(500);
    }

    private const string Sound = """message A { option dataset = {title: "A"}; string name = 1 [category = TAX]; }""";

    private Dataset? Load(string id, string body) => LoadBytes(id, Protoc.Compile(id, body));

    private Dataset? LoadBytes(string name, byte[] bytes)
    {
        var file = Path.Combine(_folder.FullName, name + ".binpb");
        File.WriteAllBytes(file, bytes);
        return DatasetLoader.LoadFile(file, _diagnostics);
    }

    private List<string> Said() => [.. _diagnostics.Select(diagnostic => diagnostic.Message)];
}
