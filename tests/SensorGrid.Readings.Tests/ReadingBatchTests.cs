using System.Text;
using CsCheck;
using SensorGrid.Testing;

namespace SensorGrid.Readings.Tests;

public class ReadingBatchTests
{
    [Fact]
    public void Room_for_many_is_behind_what_is_held()
    {
        var batch = new ReadingBatch();
        batch.Add(new(new(7), 1, 1));
        var room = batch.AddMany(9);
        for (int i = 0; i < room.Length; i++)
            room[i] = new(new(i), 2, i);
        batch.Add(new(new(8), 3, 3));
        Assert.Equal([7, 0, 1, 2, 3, 4, 5, 6, 7, 8, 8], batch.Readings.ToArray().Select(reading => reading.Datastream.Value));
        Assert.Equal(0, batch.AddMany(0).Length);
        Assert.Equal(11, batch.Count);
    }

    [Fact]
    public void Holds_readings_and_texts_in_the_order_added() =>
        Gen.String.Array[0, 200].Sample(
            texts =>
            {
                var batch = new ReadingBatch();
                foreach (string text in texts)
                    batch.Add(Some.Reading(value: batch.AddText(Encoding.UTF8.GetBytes(text)), kind: ReadingKind.Text));
                var copy = new ReadingBatch();
                copy.Add(Some.Reading());
                copy.CopyFrom(batch);
                batch.Clear();
                batch.AddText("overwritten"u8);
                Assert.Equal(texts.Length, copy.Count);
                for (int i = 0; i < texts.Length; i++)
                    Assert.Equal(Encoding.UTF8.GetString(Encoding.UTF8.GetBytes(texts[i])), copy.GetText(copy.Readings[i]));
            },
            iter: 200, seed: "0000KoJT3F01");

    [Fact]
    public void Texts_have_at_most_65535_bytes()
    {
        var batch = new ReadingBatch();
        var longest = new byte[65535];
        longest.AsSpan().Fill((byte)'x');
        batch.Add(Some.Reading(value: batch.AddText("first"u8), kind: ReadingKind.Text));
        batch.Add(Some.Reading(value: batch.AddText(longest), kind: ReadingKind.Text));
        batch.Add(Some.Reading(value: batch.AddText(""u8), kind: ReadingKind.Text));
        Assert.Equal("first", batch.GetText(batch.Readings[0]));
        Assert.True(batch.GetTextUtf8(batch.Readings[1]).SequenceEqual(longest));
        Assert.Equal("", batch.GetText(batch.Readings[2]));
        Assert.Throws<ArgumentOutOfRangeException>(() => batch.AddText(new byte[65536]));
    }

    [Fact]
    public void A_cleared_batch_is_empty_and_takes_the_same_again_without_allocating()
    {
        var batch = new ReadingBatch();
        Fill();
        Assert.Equal(500, batch.Count);
        batch.Clear();
        Assert.Equal(0, batch.Count);
        Assert.True(batch.Readings.IsEmpty);
        long before = GC.GetAllocatedBytesForCurrentThread();
        Fill();
        batch.Clear();
        Assert.Equal(0, GC.GetAllocatedBytesForCurrentThread() - before);

        void Fill()
        {
            for (int i = 0; i < 500; i++)
                batch.Add(Some.Reading(i, batch.AddText("text"u8), kind: ReadingKind.Text));
        }
    }

    [Fact]
    public void Readings_can_be_corrected_in_place()
    {
        var batch = new ReadingBatch();
        batch.Add(Some.Reading(value: 5));
        batch.MutableReadings[0] = batch.Readings[0] with { Quality = Quality.Bad };
        Assert.Equal((Quality.Bad, 5), (batch.Readings[0].Quality, batch.Readings[0].Value));
    }

    [Fact]
    public void A_reading_is_32_bytes() => Assert.Equal(32, System.Runtime.CompilerServices.Unsafe.SizeOf<Reading>());
}
