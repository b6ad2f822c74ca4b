using CsCheck;
using SensorGrid.Edge.Outbox;

namespace SensorGrid.Edge.Tests.Outbox;

public sealed class AcknowledgementLedgerTests
{
    private static readonly Gen<(long First, long Last)[]> Acknowledgements =
        Gen.Select(Gen.Long[1, 60], Gen.Long[0, 8], (first, length) => (first, first + length)).Array[0, 40];

    [Fact]
    public void Says_what_a_set_of_numbers_says() => Acknowledgements.Sample(acknowledgements =>
    {
        var ledger = new AcknowledgementLedger(1);
        var model = new HashSet<long>();
        foreach (var (first, last) in acknowledgements)
        {
            ledger.Acknowledge(first, last);
            for (long sequence = first; sequence <= last; sequence++)
                model.Add(sequence);
        }
        for (long sequence = 1; sequence < 80; sequence++)
        {
            if (ledger.IsAcknowledged(sequence) != model.Contains(sequence))
                return false;
        }
        long expected = 1;
        while (model.Contains(expected))
            expected++;
        return ledger.FirstUnacknowledged == expected;
    });

    [Fact]
    public void A_bounded_ledger_forgets_but_never_takes_an_unacknowledged_record_for_acknowledged() => Acknowledgements.Sample(acknowledgements =>
    {
        var ledger = new AcknowledgementLedger(1, capacity: 2);
        var model = new HashSet<long>();
        foreach (var (first, last) in acknowledgements)
        {
            ledger.Acknowledge(first, last);
            for (long sequence = first; sequence <= last; sequence++)
                model.Add(sequence);
        }
        return ledger.Ranges.Count <= 2 && Enumerable.Range(1, 80).All(sequence => !ledger.IsAcknowledged(sequence) || model.Contains(sequence));
    });

    [Fact]
    public void Its_text_gives_the_same_ledger_back() => Acknowledgements.Sample(acknowledgements =>
    {
        var ledger = new AcknowledgementLedger(1);
        foreach (var (first, last) in acknowledgements)
            ledger.Acknowledge(first, last);
        var read = AcknowledgementLedger.TryParse(ledger.ToText());
        return read is not null && read.FirstUnacknowledged == ledger.FirstUnacknowledged && read.Ranges.SequenceEqual(ledger.Ranges);
    });

    [Fact]
    public void A_text_cut_anywhere_is_not_believed()
    {
        var ledger = new AcknowledgementLedger(1);
        ledger.Acknowledge(1, 10);
        ledger.Acknowledge(20, 30);
        string text = ledger.ToText();
        for (int length = 0; length < text.Length - 1; length++)
            Assert.Null(AcknowledgementLedger.TryParse(text[..length]));
    }

    [Theory]
    [InlineData("")]
    [InlineData("sensorgrid-outbox-acknowledged 2\nbefore 5\nend\n")]
    [InlineData("sensorgrid-outbox-acknowledged 1\nbefore -5\nend\n")]
    [InlineData("sensorgrid-outbox-acknowledged 1\nbefore 0\nend\n")]
    [InlineData("sensorgrid-outbox-acknowledged 1\nbefore 5 6\nend\n")]
    [InlineData("sensorgrid-outbox-acknowledged 1\nbefore 5\nalso 7\nend\n")]
    public void Other_texts_are_not_believed(string text) => Assert.Null(AcknowledgementLedger.TryParse(text));

    [Fact]
    public void The_next_unacknowledged_record_lies_behind_acknowledged_ranges()
    {
        var ledger = new AcknowledgementLedger(5);
        ledger.Acknowledge(8, 9);
        ledger.Acknowledge(11, 12);
        Assert.Equal([5, 5, 7, 10, 10, 13], new long[] { 1, 5, 7, 8, 9, 11 }.Select(ledger.NextUnacknowledged));
    }
}
