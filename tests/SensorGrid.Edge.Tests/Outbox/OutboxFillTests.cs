using CsCheck;
using SensorGrid.Edge.Outbox;

namespace SensorGrid.Edge.Tests.Outbox;

public sealed class OutboxFillTests
{
    [Fact]
    public void Never_says_less_than_what_waits_and_at_most_one_note_more() => Gen
        .Select(Gen.Int[1, 40_000].Array[1, 60], Gen.Double[0, 1])
        .Sample((sizes, share) =>
        {
            var fill = new OutboxFill();
            for (int i = 0; i < sizes.Length; i++)
                fill.Kept(i + 1, sizes[i], 1);
            int firstHeld = 1 + (int)(share * sizes.Length);
            fill.Released(firstHeld, sizes.Length);
            long waiting = sizes.Skip(firstHeld - 1).Sum(size => (long)size);
            return fill.HeldBytes >= waiting && fill.HeldBytes <= waiting + 64 * 1024 + 40_000;
        });

    [Fact]
    public void Holds_nothing_when_everything_is_released()
    {
        var fill = new OutboxFill();
        for (int i = 1; i <= 10; i++)
            fill.Kept(i, 20_000, 3);
        fill.Released(11, 10);
        Assert.Equal((0, 0), (fill.HeldBytes, fill.HeldReadings));
        fill.Kept(11, 5, 2);
        Assert.Equal((5, 2), (fill.HeldBytes, fill.HeldReadings));
    }

    [Fact]
    public void Names_the_record_from_which_on_the_rest_fits()
    {
        var fill = new OutboxFill();
        for (int i = 1; i <= 10; i++)
            fill.Kept(i, 64 * 1024, 1);
        Assert.Equal(7, fill.FirstToKeep(4 * 64 * 1024));
        Assert.Equal(0, fill.FirstToKeep(1000));
    }
}
