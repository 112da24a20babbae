<?php
/**
 * The screens as a browser gets them, in the oldest WordPress that the plugin is for.
 *
 * @package ClosteSync
 */

declare(strict_types=1);

namespace ClosteSync\Tests;

use PHPUnit\Framework\TestCase;

/** In the network that CLOSTE_ENV names, which serves its pages; all tests share a session. */
final class Screens_Test extends TestCase {

	private static string $url;
	private static string $log;
	private static \CurlHandle $browser;

	public static function setUpBeforeClass(): void {
		$env       = json_decode( (string) file_get_contents( (string) getenv( 'CLOSTE_ENV' ) ), true, 16, JSON_THROW_ON_ERROR );
		self::$url = $env['url'];
		self::$log = "{$env['dir']}/logs/debug.log";

		self::$browser = curl_init();
		curl_setopt_array(
			self::$browser,
			array(
				CURLOPT_RETURNTRANSFER => true,
				CURLOPT_FOLLOWLOCATION => true,
				CURLOPT_COOKIEFILE     => '',
				CURLOPT_TIMEOUT        => 120,
			)
		);
		self::get( '/wp-login.php' );
		self::post(
			'/wp-login.php',
			array(
				'log'        => $env['admin']['user'],
				'pwd'        => $env['admin']['password'],
				'testcookie' => '1',
			)
		);
		// What WordPress itself has written while it was installed.
		file_put_contents( self::$log, '' );
	}

	/** @dataProvider screens */
	public function test_a_screen_is_there_whole_and_php_complains_of_nothing( string $address, string $shows ): void {
		$page = self::get( $address );

		$this->assertSame( 200, curl_getinfo( self::$browser, CURLINFO_RESPONSE_CODE ) );
		$this->assertStringContainsString( $shows, $page );
		$this->assertStringContainsString( '</html>', $page );
		$this->assertStringNotContainsString( 'plugins/closte-sync', (string) file_get_contents( self::$log ) );
		$this->assertStringNotContainsString( '/wp-plugin/', (string) file_get_contents( self::$log ) );
	}

	/** @return array<string, array{string, string}> Address, and what only the whole screen has. */
	public function screens(): array {
		$domains  = '/wp-admin/network/sites.php?page=closte-sync-domains';
		$settings = '/wp-admin/network/settings.php?page=closte-sync';

		return array(
			'dashboard'         => array( '/wp-admin/network/', 'closte_sync_domains' ),
			'All Sites'         => array( '/wp-admin/network/sites.php', 'column-closte_sync_domains' ),
			'plugins'           => array( '/wp-admin/network/plugins.php', 'closte-sync' ),
			'domains'           => array( $domains, 'shop.example' ),
			'one domain'        => array( "$domains&domain=shop.example", 'shop.example' ),
			'add a domain'      => array( "$domains&view=add", 'closte-sync-screen' ),
			'domains of a site' => array( "$domains&view=site&id=1", 'closte-sync-screen' ),
			'settings'          => array( $settings, 'closte-sync-screen' ),
			'log'               => array( "$settings-log", 'closte-sync-screen' ),
			'guide'             => array( "$settings-guide", 'closte-sync-screen' ),
			'site health'       => array( '/wp-admin/site-health.php', 'health-check' ),
		);
	}

	private static function get( string $address ): string {
		curl_setopt( self::$browser, CURLOPT_HTTPGET, true );
		curl_setopt( self::$browser, CURLOPT_URL, self::$url . $address );

		return (string) curl_exec( self::$browser );
	}

	/** @param array<string, string> $fields Of the form. */
	private static function post( string $address, array $fields ): void {
		curl_setopt( self::$browser, CURLOPT_URL, self::$url . $address );
		curl_setopt( self::$browser, CURLOPT_POSTFIELDS, http_build_query( $fields ) );
		curl_exec( self::$browser );
	}
}
