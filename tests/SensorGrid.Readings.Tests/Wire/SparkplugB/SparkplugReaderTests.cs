using CsCheck;
using SensorGrid.Readings.Wire.SparkplugB;

namespace SensorGrid.Readings.Tests.Wire.SparkplugB;

public class SparkplugReaderTests
{
    private static readonly SparkplugAlgorithm[] Algorithms = [SparkplugAlgorithm.Deflate, SparkplugAlgorithm.Gzip];

    [Fact]
    public void Cut_off_at_every_length_it_reads_what_an_obvious_reader_reads()
    {
        var reader = new SparkplugReader();
        int cuts = 0;
        foreach (var vector in SparkplugVector.Payloads.Where(vector => vector.ExpectedError is null && !IsCompressed(vector)))
        {
            byte[] whole = vector.Input;
            for (int length = 0; length <= whole.Length; length++)
            {
                byte[] cut = whole[..length];
                var error = reader.Read(cut);
                Assert.Equal(SparkplugOracle.Read(cut), error == SparkplugError.None ? SparkplugVector.Show(reader, cut) : "error");
                Assert.True(error is SparkplugError.None or SparkplugError.Truncated or SparkplugError.LengthBeyondEnd, $"{vector.Name} cut at {length}: {error}");
                Assert.InRange(reader.ErrorPosition, 0, length);
                cuts++;
            }
        }
        Assert.True(cuts > 1000);
    }

    [Fact]
    public void A_compressed_one_cut_off_at_every_length_is_never_read_in_part()
    {
        var reader = new SparkplugReader();
        foreach (var vector in SparkplugVector.Payloads.Where(IsCompressed))
        {
            byte[] whole = vector.Input;
            for (int length = 0; length < whole.Length; length++)
            {
                // Without its last field the payload is whole and holds nothing but the algorithm.
                if (reader.Read(whole.AsSpan(0, length)) == SparkplugError.None)
                    Assert.True(!reader.IsCompressed && reader.Seq is null, $"{vector.Name} cut at {length}");
            }
        }
    }

    [Fact]
    public void A_million_spoiled_payloads_end_in_a_stated_error_or_in_metrics_inside_the_payload()
    {
        byte[][] seeds = [.. SparkplugVector.Payloads.Where(vector => !IsCompressed(vector)).Select(vector => vector.Input).Where(input => input.Length is > 0 and < 512)];
        var random = new Random(20260501);
        var reader = new SparkplugReader();
        byte[] spoiled = new byte[600];
        var errors = new HashSet<SparkplugError>();
        long read = 0;
        for (int round = 0; round < 1_000_000; round++)
        {
            int length = Spoil(random, seeds, spoiled);
            var payload = spoiled.AsSpan(0, length);
            var error = reader.Read(payload);
            errors.Add(error);
            if (error != SparkplugError.None)
                continue;
            read++;
            var body = reader.Body(payload);
            foreach (ref readonly var metric in reader.Metrics)
            {
                _ = metric.NameIn(body);
                _ = metric.BytesIn(body);
                if (metric.ProblemAs(metric.Datatype) == SparkplugProblem.None)
                    _ = metric.NumberAs(metric.Datatype);
            }
        }
        Assert.InRange(read, 100_000, 900_000);
        Assert.Superset(
            new HashSet<SparkplugError>
            {
                SparkplugError.Truncated, SparkplugError.VarintOverflow, SparkplugError.LengthBeyondEnd, SparkplugError.WrongWireType,
                SparkplugError.UnknownWireType, SparkplugError.FieldNumber, SparkplugError.Text,
            },
            errors);
    }

    [Fact]
    public void Spoiled_payloads_read_as_an_obvious_reader_reads_them()
    {
        byte[][] seeds = [.. SparkplugVector.Payloads.Where(vector => !IsCompressed(vector)).Select(vector => vector.Input).Where(input => input.Length is > 0 and < 512)];
        var random = new Random(20260502);
        var reader = new SparkplugReader();
        byte[] spoiled = new byte[600];
        for (int round = 0; round < 60_000; round++)
        {
            byte[] payload = spoiled[..Spoil(random, seeds, spoiled)];
            string actual = reader.Read(payload) == SparkplugError.None ? SparkplugVector.Show(reader, payload) : "error";
            Assert.True(SparkplugOracle.Read(payload) == actual, $"Round {round}: {Convert.ToHexString(payload)}");
        }
    }

    [Fact]
    public void What_is_written_is_read() =>
        SparkplugSome.Payload.Sample(
            written =>
            {
                byte[] payload = written.ToBytes();
                var reader = new SparkplugReader();
                Assert.Equal(SparkplugError.None, reader.Read(payload));
                string plain = SparkplugVector.Show(reader, payload);
                Assert.Equal(written.ToText(), plain);
                Assert.Equal(plain, SparkplugOracle.Read(payload));
                foreach (var algorithm in payload.Length > 0 ? Algorithms : [])
                {
                    byte[] compressed = SparkplugCompression.Compress(payload, algorithm);
                    Assert.Equal(SparkplugError.None, reader.Read(compressed));
                    Assert.True(reader.IsCompressed);
                    Assert.Equal(plain, SparkplugVector.Show(reader, compressed));
                }
            },
            iter: 5000, seed: "0N0XIzNsQ0O2");

    [Fact]
    public void A_warm_reader_allocates_nothing()
    {
        byte[][] payloads = [.. SparkplugVector.Payloads.Where(vector => !vector.Name.StartsWith("compressed", StringComparison.Ordinal)).Select(vector => vector.Input)];
        Assert.True(payloads.Length > 40);
        var reader = new SparkplugReader();
        Run(3);
        long before = GC.GetAllocatedBytesForCurrentThread();
        Run(1000);
        Assert.Equal(0, GC.GetAllocatedBytesForCurrentThread() - before);

        void Run(int times)
        {
            for (int i = 0; i < times; i++)
            {
                foreach (byte[] payload in payloads)
                    reader.Read(payload);
            }
        }
    }

    [Fact]
    public void Metrics_beyond_the_limit_are_refused()
    {
        var writer = new SparkplugWriter();
        for (int i = 0; i < SparkplugLimits.Metrics; i++)
        {
            writer.BeginMetric();
            writer.EndMetric();
        }
        var reader = new SparkplugReader();
        Assert.Equal(SparkplugError.None, reader.Read(writer.Written));
        Assert.Equal(SparkplugLimits.Metrics, reader.Metrics.Length);
        writer.BeginMetric();
        writer.EndMetric();
        Assert.Equal(SparkplugError.TooManyMetrics, reader.Read(writer.Written));
    }

    [Fact]
    public void A_payload_beyond_the_limit_is_refused_and_one_at_the_limit_is_read()
    {
        var reader = new SparkplugReader();
        var writer = new SparkplugWriter();
        writer.Body(new byte[SparkplugLimits.Payload - 4]);
        Assert.Equal(SparkplugLimits.Payload, writer.Written.Length);
        Assert.Equal(SparkplugError.None, reader.Read(writer.Written));
        writer.Seq(0);
        Assert.Equal(SparkplugError.PayloadTooLarge, reader.Read(writer.Written));
    }

    [Fact]
    public void A_bomb_costs_no_more_than_the_limit()
    {
        var writer = new SparkplugWriter();
        writer.Body(new byte[100_000_000]);
        byte[] bomb = SparkplugCompression.Compress(writer.Written, SparkplugAlgorithm.Gzip);
        Assert.InRange(bomb.Length, 1, SparkplugLimits.Payload);
        var reader = new SparkplugReader();
        long before = GC.GetAllocatedBytesForCurrentThread();
        Assert.Equal(SparkplugError.InflatedTooLarge, reader.Read(bomb));
        Assert.InRange(GC.GetAllocatedBytesForCurrentThread() - before, 0, 4 * SparkplugLimits.Inflated);
    }

    [Theory]
    [InlineData(SparkplugDatatype.Double, SparkplugField.Double, SparkplugProblem.None)]
    [InlineData(SparkplugDatatype.Double, SparkplugField.Int, SparkplugProblem.Field)]
    [InlineData(SparkplugDatatype.Int32, SparkplugField.Long, SparkplugProblem.None)]
    [InlineData(SparkplugDatatype.Int32, SparkplugField.Boolean, SparkplugProblem.Field)]
    [InlineData(SparkplugDatatype.Boolean, SparkplugField.Int, SparkplugProblem.Field)]
    [InlineData(SparkplugDatatype.Unknown, SparkplugField.Int, SparkplugProblem.None)]
    [InlineData(SparkplugDatatype.String, SparkplugField.String, SparkplugProblem.None)]
    [InlineData(SparkplugDatatype.Uuid, SparkplugField.Bytes, SparkplugProblem.Field)]
    [InlineData(SparkplugDatatype.Bytes, SparkplugField.Bytes, SparkplugProblem.Bytes)]
    [InlineData(SparkplugDatatype.FloatArray, SparkplugField.Bytes, SparkplugProblem.Array)]
    [InlineData(SparkplugDatatype.DataSet, SparkplugField.DataSet, SparkplugProblem.DataSet)]
    [InlineData(SparkplugDatatype.Template, SparkplugField.Template, SparkplugProblem.Template)]
    [InlineData(SparkplugDatatype.Double, SparkplugField.Extension, SparkplugProblem.Extension)]
    [InlineData(SparkplugDatatype.PropertySet, SparkplugField.Bytes, SparkplugProblem.Datatype)]
    [InlineData((SparkplugDatatype)255, SparkplugField.Int, SparkplugProblem.Datatype)]
    [InlineData(SparkplugDatatype.Double, SparkplugField.None, SparkplugProblem.Null)]
    public void Says_what_keeps_a_value_from_being_used(SparkplugDatatype datatype, SparkplugField field, SparkplugProblem expected) =>
        Assert.Equal(expected, new SparkplugMetric { Datatype = datatype, Field = field }.ProblemAs(datatype));

    [Fact]
    public void A_null_wins_over_a_value_beside_it() =>
        Assert.Equal(
            SparkplugProblem.Null,
            new SparkplugMetric { Field = SparkplugField.Int, Flags = SparkplugMetricFlags.IsNull }.ProblemAs(SparkplugDatatype.Int32));

    [Fact]
    public void Properties_with_more_keys_than_values_give_no_quality()
    {
        // One metric: properties with a key "Quality" and nothing else, then int_value 1.
        byte[] payload = [0x12, 13, 0x4A, 9, 0x0A, 7, .. "Quality"u8, 0x50, 1];
        var reader = new SparkplugReader();
        Assert.Equal(SparkplugError.None, reader.Read(payload));
        Assert.True(reader.Metrics[0] is { HasQuality: false, Flags: SparkplugMetricFlags.UnevenProperties });
    }

    private static bool IsCompressed(SparkplugVector vector) => vector.Name.StartsWith("compressed", StringComparison.Ordinal);

    // A seed with one to four bytes or bits changed, or a piece of it taken out, doubled or cut off.
    private static int Spoil(Random random, byte[][] seeds, byte[] into)
    {
        byte[] seed = seeds[random.Next(seeds.Length)];
        int length = seed.Length;
        seed.CopyTo(into, 0);
        switch (random.Next(4))
        {
            case 0:
                length = random.Next(length + 1);
                break;
            case 1:
                int start = random.Next(length), piece = random.Next(1, Math.Min(9, length - start + 1));
                seed.AsSpan(start + piece).CopyTo(into.AsSpan(start));
                length -= piece;
                break;
            case 2:
                int from = random.Next(length), copied = random.Next(1, Math.Min(17, length - from + 1));
                seed.AsSpan(from).CopyTo(into.AsSpan(from + copied));
                length += copied;
                break;
        }
        for (int changes = random.Next(5); changes > 0 && length > 0; changes--)
        {
            if (random.Next(2) == 0)
                into[random.Next(length)] = (byte)random.Next(256);
            else
                into[random.Next(length)] ^= (byte)(1 << random.Next(8));
        }
        return length;
    }
}
