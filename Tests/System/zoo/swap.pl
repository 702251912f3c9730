# Swaps what the daemon looks at for a link to somebody else's file, as fast as it can.
#
#   perl swap.pl SPOOL PIPELINE TARGET SECONDS
#
# TARGET is a folder with a file x.png that only the daemon may read. Prints how many files it dropped and how often it swapped.
use strict;
use warnings;
use Time::HiRes qw(time usleep);

my ($spool, $pipeline, $target, $seconds) = @ARGV;
umask 0007;
my ($inbox, $work, $outbox) = map { "$spool/$_/$pipeline" } qw(inbox work outbox);
# renameat2(2) on this machine, for RENAME_EXCHANGE: both names are there at every moment.
my $renameat2 = `uname -m` =~ /aarch64/ ? 276 : 316;
my ($dropped, $swapped) = (0, 0);

sub exchange {
    my ($one, $other) = @_;
    my $done = syscall($renameat2, -100, $one, -100, $other, 2) == 0;
    $swapped++ if $done;
    return $done;
}

sub content {
    my ($path, $text) = @_;
    open(my $file, '>', $path) or die "$path: $!";
    print $file "\x89PNG\r\n\x1a\n$text";
    close($file);
}

# A link that takes a file's place, in each folder of its way, again and again until neither is there any more.
sub hammer {
    my ($name, $link, @folders) = @_;
    for my $folder (@folders) {
        symlink($link, "$folder/.link");
        my $misses = 0;
        for (1 .. 400) {
            exchange("$folder/$name", "$folder/.link") ? ($misses = 0) : $misses++;
            last if $misses > 40;
            usleep(rand(200)) if rand() < 0.5;
        }
        unlink("$folder/.link", "$folder/.link/x.png");
        rmdir("$folder/.link");
    }
}

my $end = time + $seconds;
while (time < $end) {
    $dropped++;
    if ($dropped % 3 == 0) {
        # A folder on the way to the file.
        mkdir("$inbox/.made");
        content("$inbox/.made/x.png", "race-$dropped");
        rename("$inbox/.made", "$inbox/swap-$dropped");
        hammer("swap-$dropped", $target, $inbox, $work);
    } elsif ($dropped % 3 == 1) {
        content("$inbox/.made", "race-$dropped");
        rename("$inbox/.made", "$inbox/race-$dropped.png");
        hammer("race-$dropped.png", "$target/x.png", $inbox, $work);
    } else {
        # Where the daemon writes.
        content("$inbox/.made", "race-$dropped");
        rename("$inbox/.made", "$inbox/race-$dropped.png");
        hammer('.runninghubd-staging', $target, $outbox);
    }
}
print "$dropped $swapped\n";
