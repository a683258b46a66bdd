/**
 * Pages in Chromium, driven by Selenium: what they show, that they load nothing and run nothing,
 * and that axe-core finds no barrier. Compiled and run with the profile {@code browser} alone.
 */
package io.github.ptcspark.job.browser;
