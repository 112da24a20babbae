--TEST--
Plan: what is added, removed, kept, foreign, refused
--EXTENSIONS--
closte
--FILE--
<?php
use Closte\Plan;

function show( string $name, Plan $plan ): void {
	echo "$name:";
	foreach ( get_object_vars( $plan ) as $list => $value ) {
		if ( $value && 'kept' !== $list ) {
			echo " $list", is_array( $value ) ? '=' . implode( ',', $value ) : '';
		}
	}
	echo "\n";
}

$remote = array( 'a.example.com', 'B.example.com.', 'foreign.example.com', 'x.example.com', 'y.example.com', '*.example.com', 'z.example.com', 'ours.example.com' );
$wanted = array( 'a.example.com', 'b.example.com', 'bücher.example.com', 'a.example.com' );
$owned  = array( 'ours.example.com', 'a.example.com' );
show( 'no prune', Plan::make( $wanted, $remote, $owned ) );
show( 'prune', Plan::make( $wanted, $remote, $owned, array( 'prune' => true ) ) );
show( 'protected', Plan::make( $wanted, $remote, $owned, array( 'prune' => true, 'protect' => array( 'OURS.example.com' ) ) ) );
show( 'too many', Plan::make( $wanted, $remote, array( ...$owned, 'x.example.com', 'y.example.com' ), array( 'prune' => true ) ) );
show( 'allowed', Plan::make( $wanted, $remote, array( ...$owned, 'x.example.com', 'y.example.com' ), array( 'prune' => true, 'max_removals' => 3 ) ) );
show( 'forced', Plan::make( $wanted, $remote, array( ...$owned, 'x.example.com', 'y.example.com' ), array( 'prune' => true, 'force' => true ) ) );
show( 'forgotten', Plan::make( array( 'a.example.com' ), $remote, array( ...$owned, 'lost.example.com' ), array( 'prune' => true ) ) );
show( 'too many forgotten', Plan::make( array( 'a.example.com' ), array( 'a.example.com' ), array( 'lost.example.com' ), array( 'prune' => true ) ) );
show( 'nothing', Plan::make( array(), array(), array() ) );
show( 'a second run', Plan::make( array( 'a.example.com' ), array( 'a.example.com' ), array( 'a.example.com' ), array( 'prune' => true ) ) );

$attempts = array(
	fn () => Plan::make( array( 5 ), array(), array() ),
	fn () => Plan::make( array(), array(), array( array() ) ),
	fn () => Plan::make( 'a', array(), array() ),
	fn () => Plan::make( array() ),
	fn () => Plan::make( array(), array(), array(), array( 'max_removals' => 1.5 ) ),
	fn () => Plan::make( array(), array(), array(), array( 'max_removals' => -1 ) ),
	fn () => Plan::make( array(), array(), array(), array( 'max_removals' => '3' ) ),
	fn () => Plan::make( array(), array(), array(), array( 'prune' => 1 ) ),
	fn () => Plan::make( array(), array(), array(), array( 'purge' => true ) ),
	fn () => Plan::make( array(), array(), array(), array( 'protect' => array( '' ) ) ),
);
foreach ( $attempts as $attempt ) {
	try {
		$attempt();
		echo "taken\n";
	} catch ( Throwable $e ) {
		echo get_class( $e ), ': ', $e->getMessage(), "\n";
	}
}
?>
--EXPECT--
no prune: add=xn--bcher-kva.example.com keep=a.example.com,b.example.com,ours.example.com foreign=foreign.example.com,x.example.com,y.example.com,*.example.com,z.example.com unwanted=ours.example.com
prune: add=xn--bcher-kva.example.com remove=ours.example.com keep=a.example.com,b.example.com foreign=foreign.example.com,x.example.com,y.example.com,*.example.com,z.example.com
protected: add=xn--bcher-kva.example.com keep=a.example.com,b.example.com,ours.example.com foreign=foreign.example.com,x.example.com,y.example.com,*.example.com,z.example.com
too many: add=xn--bcher-kva.example.com keep=a.example.com,b.example.com,x.example.com,y.example.com,ours.example.com foreign=foreign.example.com,*.example.com,z.example.com unwanted=x.example.com,y.example.com,ours.example.com refused refusal=too-many,3,8,4,30 %
allowed: add=xn--bcher-kva.example.com remove=x.example.com,y.example.com,ours.example.com keep=a.example.com,b.example.com foreign=foreign.example.com,*.example.com,z.example.com
forced: add=xn--bcher-kva.example.com remove=x.example.com,y.example.com,ours.example.com keep=a.example.com,b.example.com foreign=foreign.example.com,*.example.com,z.example.com
forgotten: remove=ours.example.com keep=a.example.com foreign=b.example.com,foreign.example.com,x.example.com,y.example.com,*.example.com,z.example.com
too many forgotten: keep=a.example.com refused refusal=too-many-forgotten,1,1,1,30 %
nothing:
a second run: keep=a.example.com
TypeError: Closte\Plan::make(): Argument #1 ($wanted) must be a list of strings, int in it
TypeError: Closte\Plan::make(): Argument #3 ($owned) must be a list of strings, array in it
TypeError: Closte\Plan::make(): Argument #1 ($wanted) must be of type array, string given
ArgumentCountError: Closte\Plan::make() expects at least 3 arguments, 1 given
Closte\ConfigException: The option "max_removals" of Closte\Plan::make() must be a count (int) or a share between 0 and 1 (float), 1.5 given.
Closte\ConfigException: The option "max_removals" of Closte\Plan::make() must be a count (int) or a share between 0 and 1 (float), -1 given.
Closte\ConfigException: The option "max_removals" of Closte\Plan::make() must be a count (int) or a share between 0 and 1 (float), string given.
Closte\ConfigException: The option "prune" of Closte\Plan::make() must be a bool, int given.
Closte\ConfigException: Closte\Plan::make() has no option "purge". It takes: prune, protect, max_removals, force.
Closte\ConfigException: The option "protect" of Closte\Plan::make() must be a list of strings that are not empty, an empty or unreadable one given.
