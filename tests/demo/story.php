<?php
/**
 * The demo's story: php story.php ENV_JSON. Status 0 only if every step came true.
 *
 * @package ClosteSync
 */

declare(strict_types=1);

namespace ClosteSync\Tests;

require_once __DIR__ . '/../support/class-emulator.php';
require_once __DIR__ . '/../support/class-process.php';
require_once __DIR__ . '/class-story.php';

$closte_env   = json_decode( file_get_contents( $argv[1] ), true, 16, JSON_THROW_ON_ERROR );
$closte_story = new Story( $closte_env, new Emulator( $closte_env['emulator']['control'], $closte_env['key'] ) );
$closte_here  = $closte_env['emulator']['edge_addresses'][0];
$closte_under = static fn ( string $label ): string => $label . '.' . $closte_env['domain'];

$closte_create = static fn ( string $domain ): string =>
	"wp_insert_site( array( 'domain' => '$domain', 'path' => '/', 'network_id' => 1, 'user_id' => 1, 'title' => '$domain' ) );";
$closte_story->loopback_names(
	array( 'tea-house.localhost', 'www.tea-house.localhost', ...array_map( $closte_under, array( 'shop', 'tea-house-copy', 'late' ) ) )
);

$closte_story->step( 'A site is created. Its domain is at Closte before the command comes back.' );
$closte_began = microtime( true );
$closte_shop  = $closte_story->wp( array( 'site', 'create', '--slug=shop', '--title=Tea house', '--porcelain' ) );
$closte_usual = microtime( true ) - $closte_began;
$closte_story->closte_has( array( $closte_under( 'shop' ) ), array(), 0.0 );

$closte_story->step( 'Its owner brings a domain of her own: tea-house.localhost becomes the site\'s address.' );
$closte_story->wp(
	// The screen changes the site's own URLs with it; where there is a port in them it does not find them.
	array( 'eval', "wp_update_site( $closte_shop, array( 'domain' => 'tea-house.localhost' ) ); foreach ( array( 'home', 'siteurl' ) as \$option ) { update_blog_option( $closte_shop, \$option, str_replace( '//" . $closte_under( 'shop' ) . "', '//tea-house.localhost', get_blog_option( $closte_shop, \$option ) ) ); }" ),
	'Network Admin → Sites → Edit → Site Address: http://tea-house.localhost'
);
$closte_story->closte_has( array( 'tea-house.localhost' ), array( $closte_under( 'shop' ) ) );

$closte_story->step( 'A customer comes with a domain whose DNS is not there yet.' );
$closte_story->wp( array( 'eval', $closte_create( 'bakery.test' ) ), 'Network Admin → Sites → Add: bakery.test' );
$closte_story->closte_has( array( 'bakery.test' ) );
$closte_story->ledger_says( 'bakery.test', 'problem', 'no address' );

$closte_story->step( 'The customer sets the DNS record. The domain walks to its certificate by itself.' );
$closte_story->dns( 'bakery.test', 'a', $closte_here );
$closte_story->dns( 'www.bakery.test', 'a', $closte_here );
$closte_story->wp( array( 'closte', 'watch', 'bakery.test', '--timeout=300' ) );
$closte_story->ledger_says( 'bakery.test', 'stage', 'done' );

$closte_story->step( 'Another one has a forgotten AAAA record: no certificate can come, and the ledger says why.' );
$closte_story->dns( 'florist.test', 'a', $closte_here );
$closte_story->dns( 'florist.test', 'aaaa', '2001:db8::bad' );
$closte_story->wp( array( 'eval', $closte_create( 'florist.test' ) ), 'Network Admin → Sites → Add: florist.test' );
$closte_story->ledger_says( 'florist.test', 'problem', 'AAAA' );
$closte_story->ledger_says( 'florist.test', 'stage', 'checking-dns' );

$closte_story->step( 'The site is duplicated, as cloning plugins do it.' );
$closte_copy = $closte_story->wp(
	array( 'eval-file', '--use-include', __DIR__ . '/duplicate-site.php', $closte_shop, 'tea-house-copy' ),
	"duplicate site $closte_shop as tea-house-copy"
);
$closte_story->closte_has( array( $closte_under( 'tea-house-copy' ), 'tea-house.localhost' ) );

$closte_story->step( 'The copy is deleted. Its domain goes, and no other.' );
$closte_story->wp( array( 'site', 'delete', $closte_copy, '--yes' ) );
$closte_story->closte_has( array( 'tea-house.localhost' ), array( $closte_under( 'tea-house-copy' ) ) );

$closte_story->step( 'Closte is down. A site is created all the same: the page stops waiting after a few seconds, and nothing is lost.' );
$closte_story->emulator->down( true );
$closte_story->says( 'Closte refuses connections now.' );
$closte_began = microtime( true );
$closte_story->wp( array( 'site', 'create', '--slug=late', '--title=Late' ) );
$closte_took = microtime( true ) - $closte_began;
$closte_story->check( $closte_took < 8.0 + 5 * $closte_usual, sprintf( 'the command came back in %.1f s', $closte_took ), sprintf( 'the command took %.1f s', $closte_took ) );
$closte_story->wp( array( 'closte', 'domain', 'list', '--fields=domain,stage,problem' ) );
$closte_story->check( ! in_array( $closte_under( 'late' ), $closte_story->emulator->domains(), true ), 'Closte knows nothing of it yet', 'Closte has it already' );

$closte_story->step( 'Closte is back. The domain arrives by itself.' );
$closte_story->emulator->down( false );
$closte_story->says( 'Closte answers again; now it is the cron\'s turn (at most a minute) …' );
$closte_story->closte_has( array( $closte_under( 'late' ) ), array(), 180.0 );

$closte_story->dns_points_here();
$closte_story->wp( array( 'closte', 'domain', 'list', '--fields=domain,stage' ) );

exit( $closte_story->ends() );
